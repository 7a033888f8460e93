-- A history that proves itself. What is hashed and sealed, byte by byte, stands in src/chain.rs and src/seals.rs.

-- How an event is hashed, the hash of the one before it in its case (empty for the first), and its own.
ALTER TABLE events ADD COLUMN algorithm TEXT NOT NULL DEFAULT '';
ALTER TABLE events ADD COLUMN previous  TEXT NOT NULL DEFAULT '';
ALTER TABLE events ADD COLUMN hash      TEXT NOT NULL DEFAULT '';
-- The salted hash of each text under its key, as JSON. It stays when the text is erased.
ALTER TABLE events ADD COLUMN commitments TEXT NOT NULL DEFAULT '{}';
-- Goes with the text: without it nobody can try out what the text may have been.
ALTER TABLE event_texts ADD COLUMN salt TEXT NOT NULL DEFAULT '';

-- What stood at a time, under a key that is kept outside the database.
CREATE TABLE seals (
  -- Counted from 1 without gaps.
  number    BIGINT NOT NULL PRIMARY KEY,
  algorithm TEXT   NOT NULL,
  sealed_at BIGINT NOT NULL,
  -- How many there were in all.
  cases     BIGINT NOT NULL,
  events    BIGINT NOT NULL,
  -- The digest of the seal before; empty for the first.
  previous  TEXT   NOT NULL,
  digest    TEXT   NOT NULL
);

-- The last event of each case that had changed since the seal before.
CREATE TABLE sealed_heads (
  case_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  hash    TEXT   NOT NULL,
  seal    BIGINT NOT NULL REFERENCES seals (number),
  PRIMARY KEY (case_id, version)
);
CREATE INDEX sealed_heads_seal ON sealed_heads (seal, case_id);

-- Events that were stored before are hashed once, at the start of this version.
INSERT INTO settings (key, value) VALUES ('chain', 'due') ON CONFLICT (key) DO NOTHING;
