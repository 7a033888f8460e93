-- Who works here, and who is signed in. Times everywhere are microseconds UTC.

CREATE TABLE units (
  code TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  zone TEXT NOT NULL
);

CREATE TABLE people (
  id            TEXT NOT NULL PRIMARY KEY,
  name          TEXT NOT NULL,
  nip           TEXT UNIQUE,
  email         TEXT NOT NULL,
  -- The address in lower case, by which people sign in.
  email_key     TEXT NOT NULL UNIQUE,
  position      TEXT NOT NULL,
  unit          TEXT NOT NULL REFERENCES units (code),
  language      TEXT,
  password_hash TEXT NOT NULL
);

CREATE TABLE person_roles (
  person TEXT NOT NULL REFERENCES people (id),
  role   TEXT NOT NULL,
  PRIMARY KEY (person, role)
);
CREATE INDEX person_roles_role ON person_roles (role, person);

-- The cookie itself is kept nowhere, only its SHA-256 in hexadecimal.
CREATE TABLE sessions (
  token_hash   TEXT   NOT NULL PRIMARY KEY,
  person       TEXT   NOT NULL REFERENCES people (id),
  started_at   BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at   BIGINT NOT NULL
);
CREATE INDEX sessions_person ON sessions (person);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE sign_in_failures (
  id  INTEGER PRIMARY KEY,
  key TEXT    NOT NULL,
  at  BIGINT  NOT NULL
);
CREATE INDEX sign_in_failures_key ON sign_in_failures (key, at);
CREATE INDEX sign_in_failures_at ON sign_in_failures (at);

CREATE TABLE settings (
  key   TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);
