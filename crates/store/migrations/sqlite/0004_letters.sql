-- Letters that were signed and numbered: a projection, like the cases themselves.

CREATE TABLE letters (
  -- Names the letter to everybody who holds it.
  code      TEXT   NOT NULL PRIMARY KEY,
  case_id   BIGINT NOT NULL,
  task      BIGINT NOT NULL,
  document  BIGINT NOT NULL,
  -- Its place in the register of outgoing letters.
  year      BIGINT NOT NULL,
  number    BIGINT NOT NULL,
  written_number TEXT NOT NULL,
  dated     TEXT   NOT NULL,
  subject   TEXT   NOT NULL,
  unit      TEXT   NOT NULL,
  signer    TEXT   NOT NULL,
  signed_at BIGINT NOT NULL,
  file      TEXT   NOT NULL,
  UNIQUE (year, number)
);
CREATE INDEX letters_case ON letters (case_id, task, document);

-- With what officials sign. The key is a PKCS#12 file, encrypted with a passphrase that is kept nowhere.
CREATE TABLE signing_keys (
  person      TEXT   NOT NULL PRIMARY KEY REFERENCES people (id),
  -- 'local' or 'test'.
  means       TEXT   NOT NULL,
  key_file    BLOB   NOT NULL,
  -- The SHA-256 of the certificate in it.
  certificate TEXT   NOT NULL,
  holder      TEXT   NOT NULL,
  issuer      TEXT   NOT NULL,
  valid_until BIGINT NOT NULL,
  imported_at BIGINT NOT NULL
);

-- Certificates that local signatures are trusted by.
CREATE TABLE trusted_roots (
  certificate TEXT   NOT NULL PRIMARY KEY,
  pem         TEXT   NOT NULL,
  added_at    BIGINT NOT NULL
);
