-- Who read what of a case, when and from where. Kept for a set time, then forgotten. Nothing here refers
-- to people, who may go while what they read stays noted.
CREATE TABLE readings (
  id       INTEGER PRIMARY KEY,
  case_id  BIGINT NOT NULL,
  -- Who asked for the case, so that they find who read it.
  subject  TEXT,
  person   TEXT   NOT NULL,
  -- 'case', 'document', 'attachment', …, and which one of the case.
  what     TEXT   NOT NULL,
  which    TEXT   NOT NULL,
  -- The name of the token of a program; empty where a page was read.
  token    TEXT   NOT NULL,
  -- Empty where it is not known.
  address  TEXT   NOT NULL,
  -- Readings of the same that follow upon another are one line.
  first_at BIGINT NOT NULL,
  last_at  BIGINT NOT NULL,
  times    BIGINT NOT NULL
);
CREATE INDEX readings_case    ON readings (case_id, id);
CREATE INDEX readings_subject ON readings (subject, id);
CREATE INDEX readings_last    ON readings (last_at);
CREATE INDEX readings_again   ON readings (case_id, person, what, which, last_at);
