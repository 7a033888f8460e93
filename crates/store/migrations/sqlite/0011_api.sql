-- With what programs come in for a person. The token itself is kept nowhere, only its SHA-256 in
-- hexadecimal.
CREATE TABLE api_tokens (
  -- Counted over all people; by it a page says which one is revoked.
  id         INTEGER PRIMARY KEY,
  token_hash TEXT    NOT NULL UNIQUE,
  person     TEXT    NOT NULL REFERENCES people (id),
  name       TEXT    NOT NULL,
  scope      TEXT    NOT NULL,
  created_at BIGINT  NOT NULL,
  expires_at BIGINT  NOT NULL,
  used_at    BIGINT
);
CREATE INDEX api_tokens_person ON api_tokens (person);

-- Which case a program registered under a key of its own choosing, so that it may ask again when the
-- answer was lost.
CREATE TABLE registration_keys (
  person       TEXT   NOT NULL REFERENCES people (id),
  key          TEXT   NOT NULL,
  -- The SHA-256 of what was asked, in hexadecimal.
  request_hash TEXT   NOT NULL,
  case_id      BIGINT NOT NULL,
  at           BIGINT NOT NULL,
  PRIMARY KEY (person, key)
);
CREATE INDEX registration_keys_at ON registration_keys (at);
