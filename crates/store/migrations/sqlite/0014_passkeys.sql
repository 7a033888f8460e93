-- How the secret of an authenticator app is kept: encrypted as src/secrets.rs says, or as it is in hexadecimal
-- if this is empty. What lies there as it is becomes encrypted when the office is next served.
ALTER TABLE second_factors ADD COLUMN algorithm TEXT NOT NULL DEFAULT '';

-- Second factors that are no code: keys that never leave the machine, telephone or token that made them.
CREATE TABLE passkeys (
  -- Counted over all people; by it a page says which one is removed.
  id            INTEGER PRIMARY KEY,
  person        TEXT    NOT NULL REFERENCES people (id),
  -- By which its authenticator knows it again, in base64url.
  credential_id TEXT    NOT NULL UNIQUE,
  name          TEXT    NOT NULL,
  -- The public key, and how often its authenticator has signed where it counts, as JSON.
  credential    TEXT    NOT NULL,
  created_at    BIGINT  NOT NULL,
  used_at       BIGINT
);
CREATE INDEX passkeys_person ON passkeys (person);

-- What an authenticator was asked and has not answered yet. It goes with the answer, be it right or wrong.
CREATE TABLE passkey_challenges (
  -- The SHA-256 of the cookie of whoever was asked, in hexadecimal.
  token_hash TEXT   NOT NULL PRIMARY KEY,
  -- What the answer is compared with, as JSON.
  state      TEXT   NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX passkey_challenges_expiry ON passkey_challenges (expires_at);
