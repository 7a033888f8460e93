-- Everything that people wrote in a case, to find it by. A row is written anew with each event that brings
-- a text, and holds stems only: which word is whose stem is worked out in Rust, the same on every database.
-- Words are parted by blanks, which is what the tokenizer `ascii` parts by.
CREATE VIRTUAL TABLE found_cases USING fts5(
  -- Whose it is, its unit and how it stands, each as a word that nobody can type.
  facets,
  -- Its number and that of the letter it came with.
  codes,
  subject,
  -- What it concerns: the name of a system or device.
  system,
  -- The rest of the request.
  request,
  -- What the requester may read beside it,
  shared,
  -- and what only the office may.
  office,
  content = '', contentless_delete = 1, tokenize = 'ascii'
);

-- Every word of these texts, as it was written but in small letters: how a word goes on that somebody
-- began to type.
CREATE TABLE found_words (
  word TEXT NOT NULL PRIMARY KEY
) WITHOUT ROWID;

-- What is left of each word when letters of it are left out: two words that have one of these in common
-- are at most a slip or two apart.
CREATE TABLE found_word_keys (
  key  TEXT NOT NULL,
  word TEXT NOT NULL,
  PRIMARY KEY (key, word)
) WITHOUT ROWID;

INSERT INTO settings (key, value) VALUES ('rebuild', 'due') ON CONFLICT (key) DO NOTHING;
