-- Everything that people wrote in a case, to find it by. A row is written anew with each event that brings
-- a text, and holds stems only: which word is whose stem is worked out in Rust, the same on every database.
-- Each column is made by to_tsvector('simple', …).
CREATE TABLE found_cases (
  case_id BIGINT   NOT NULL PRIMARY KEY,
  -- Whose it is, its unit and how it stands, each as a word that nobody can type.
  facets  TSVECTOR NOT NULL,
  -- Its number and that of the letter it came with.
  codes   TSVECTOR NOT NULL,
  subject TSVECTOR NOT NULL,
  -- What it concerns: the name of a system or device.
  system  TSVECTOR NOT NULL,
  -- The rest of the request.
  request TSVECTOR NOT NULL,
  -- What the requester may read beside it,
  shared  TSVECTOR NOT NULL,
  -- and what only the office may.
  office  TSVECTOR NOT NULL
);
-- One for each question that is asked: what the requester may read, what the office may, what a request says.
CREATE INDEX found_cases_facets ON found_cases USING gin (facets);
CREATE INDEX found_cases_asked  ON found_cases USING gin ((subject || system || request));
CREATE INDEX found_cases_shared ON found_cases USING gin ((codes || subject || system || request || shared));
CREATE INDEX found_cases_office
  ON found_cases USING gin ((codes || subject || system || request || shared || office));

-- Every word of these texts, as it was written but in small letters: how a word goes on that somebody
-- began to type. Words are compared byte by byte, as SQLite does.
CREATE TABLE found_words (
  word TEXT COLLATE "C" NOT NULL PRIMARY KEY
);

-- What is left of each word when letters of it are left out: two words that have one of these in common
-- are at most a slip or two apart.
CREATE TABLE found_word_keys (
  key  TEXT COLLATE "C" NOT NULL,
  word TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (key, word)
);

INSERT INTO settings (key, value) VALUES ('rebuild', 'due') ON CONFLICT (key) DO NOTHING;
