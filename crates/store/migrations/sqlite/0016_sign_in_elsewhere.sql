-- Signing in by what another server says.

-- Whose password is kept by the directory of the office, and not here.
CREATE TABLE directory_people (
  person TEXT NOT NULL PRIMARY KEY REFERENCES people (id)
);

-- Who has gone to the provider of single sign-on and is not back yet. No row says who it is.
CREATE TABLE provider_sign_ins (
  -- The SHA-256 of the browser's cookie, in hexadecimal; the state likewise.
  browser_hash TEXT   NOT NULL PRIMARY KEY,
  state_hash   TEXT   NOT NULL,
  nonce        TEXT   NOT NULL,
  -- What shows that the code is asked for by whoever began (RFC 7636).
  verifier     TEXT   NOT NULL,
  -- The path to go on to.
  next         TEXT   NOT NULL,
  expires_at   BIGINT NOT NULL
);
CREATE INDEX provider_sign_ins_expiry ON provider_sign_ins (expires_at);

-- Whether the provider has seen a second factor, so that none has to be set up here: 1 or 0.
ALTER TABLE sessions ADD COLUMN second_factor_elsewhere BIGINT NOT NULL DEFAULT 0;
