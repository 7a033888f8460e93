-- What people ask about the data that is kept about them (UU 27/2022, Pasal 30 and 32), and what they
-- were answered.
CREATE TABLE data_requests (
  id          INTEGER PRIMARY KEY,
  person      TEXT   NOT NULL REFERENCES people (id),
  -- 'access' or 'correction'.
  kind        TEXT   NOT NULL,
  text        TEXT   NOT NULL,
  asked_at    BIGINT NOT NULL,
  answer      TEXT,
  answered_by TEXT REFERENCES people (id),
  answered_at BIGINT
);
CREATE INDEX data_requests_person  ON data_requests (person, id);
CREATE INDEX data_requests_waiting ON data_requests (asked_at, id) WHERE answered_at IS NULL;
