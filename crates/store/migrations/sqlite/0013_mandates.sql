-- In whose place somebody acts. Nothing is deleted: history names a mandate by its id.
CREATE TABLE mandates (
  id            INTEGER PRIMARY KEY,
  giver         TEXT   NOT NULL REFERENCES people (id),
  taker         TEXT   NOT NULL REFERENCES people (id),
  capacity      TEXT   NOT NULL,
  -- With commas between.
  roles         TEXT   NOT NULL,
  -- The first day and the last, by the calendar of the office.
  from_day      TEXT   NOT NULL,
  until_day     TEXT   NOT NULL,
  -- The number of the letter by which it was given.
  basis         TEXT   NOT NULL,
  entered_by    TEXT   NOT NULL REFERENCES people (id),
  entered_at    BIGINT NOT NULL,
  revoked_by    TEXT REFERENCES people (id),
  revoked_at    BIGINT,
  revoke_reason TEXT
);
CREATE INDEX mandates_until ON mandates (until_day);

-- Who is away on which days.
CREATE TABLE absences (
  id         INTEGER PRIMARY KEY,
  person     TEXT   NOT NULL REFERENCES people (id),
  from_day   TEXT   NOT NULL,
  until_day  TEXT   NOT NULL,
  reason     TEXT   NOT NULL,
  entered_by TEXT   NOT NULL REFERENCES people (id),
  entered_at BIGINT NOT NULL
);
CREATE INDEX absences_until ON absences (until_day);

-- For whom a letter was signed; none of before had a mandate.
ALTER TABLE letters ADD COLUMN in_place_of TEXT;
