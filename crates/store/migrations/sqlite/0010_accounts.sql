-- From where somebody is signed in: personal, and shown to nobody but them.
ALTER TABLE sessions ADD COLUMN address TEXT;
ALTER TABLE sessions ADD COLUMN browser TEXT;
ALTER TABLE sessions ADD COLUMN system TEXT;

-- Second factors. The secret is kept as it is, since codes are computed from it: whoever reads the
-- database could make codes, as they could start sessions, but knows no password.
CREATE TABLE second_factors (
  person       TEXT   NOT NULL PRIMARY KEY REFERENCES people (id),
  -- In hexadecimal. In no log, and shown only until it is confirmed.
  secret       TEXT   NOT NULL,
  confirmed_at BIGINT,
  -- The last half minute whose code was used: neither it nor those before count again.
  used_step    BIGINT NOT NULL
);

-- The codes themselves are kept nowhere, only their SHA-256 in hexadecimal; a used one is gone.
CREATE TABLE recovery_codes (
  person    TEXT NOT NULL REFERENCES people (id),
  code_hash TEXT NOT NULL,
  PRIMARY KEY (person, code_hash)
);

-- Who has given their password and still owes a code.
CREATE TABLE awaited_codes (
  token_hash TEXT   NOT NULL PRIMARY KEY,
  person     TEXT   NOT NULL REFERENCES people (id),
  expires_at BIGINT NOT NULL
);
CREATE INDEX awaited_codes_expiry ON awaited_codes (expires_at);
