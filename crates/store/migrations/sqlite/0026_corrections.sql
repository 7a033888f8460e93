-- What was mended in the data of people, each thing with what stood there before (UU 27/2022, Pasal 30).
CREATE TABLE corrections (
  id           INTEGER PRIMARY KEY,
  person       TEXT   NOT NULL REFERENCES people (id),
  -- 'name', 'nip', 'email', 'position' or 'unit'.
  field        TEXT   NOT NULL,
  old_value    TEXT   NOT NULL,
  new_value    TEXT   NOT NULL,
  -- Null where it was done on the server and nobody was named.
  corrected_by TEXT REFERENCES people (id),
  corrected_at BIGINT NOT NULL,
  reason       TEXT   NOT NULL
);
CREATE INDEX corrections_person ON corrections (person, id);
CREATE INDEX corrections_at     ON corrections (corrected_at);

-- Answered requests about data are looked up from the last answer back.
CREATE INDEX data_requests_answered ON data_requests (answered_at, id) WHERE answered_at IS NOT NULL;
