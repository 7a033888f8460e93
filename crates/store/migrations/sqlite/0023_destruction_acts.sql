-- What is done about a list of destruction, act by act, in a chain of its own that seals cover. What is hashed,
-- byte by byte, stands in src/destruction/acts.rs.

-- No list could be made before this version, since nothing in it led there: the tables are made anew rather
-- than mended.
DROP TABLE destruction_cases;
DROP TABLE destruction_lists;

CREATE TABLE destruction_lists (
  id      INTEGER PRIMARY KEY,
  basis   TEXT NOT NULL,
  -- The SHA-256 over basis, request and cases, in hexadecimal: what was approved is what was proposed.
  digest  TEXT NOT NULL,
  -- The request for erasure that it answers, where it answers one.
  request BIGINT REFERENCES data_requests (id)
);
CREATE INDEX destruction_lists_request ON destruction_lists (request);

CREATE TABLE destruction_cases (
  list         BIGINT NOT NULL REFERENCES destruction_lists (id),
  case_id      BIGINT NOT NULL,
  -- The class of the schedule, and the last year to whose end it has the case kept.
  class        TEXT   NOT NULL,
  kept_until   BIGINT NOT NULL,
  ended_at     BIGINT NOT NULL,
  -- Empty for a case that was taken up again in the meantime.
  destroyed_at BIGINT,
  PRIMARY KEY (list, case_id)
);
CREATE INDEX destruction_cases_case ON destruction_cases (case_id);

CREATE TABLE destruction_acts (
  -- Counted from 1 without gaps over all lists.
  number    BIGINT NOT NULL PRIMARY KEY,
  list      BIGINT NOT NULL REFERENCES destruction_lists (id),
  -- 'proposed', 'withdrawn', 'refused', 'approved' or 'carried_out'.
  kind      TEXT   NOT NULL,
  person    TEXT   NOT NULL REFERENCES people (id),
  at        BIGINT NOT NULL,
  -- Why it was withdrawn or refused; empty otherwise.
  reason    TEXT   NOT NULL,
  -- Of the list as it was seen; of what was destroyed, where it was carried out.
  digest    TEXT   NOT NULL,
  algorithm TEXT   NOT NULL,
  -- The hash of the act before; empty for the first.
  previous  TEXT   NOT NULL,
  hash      TEXT   NOT NULL
);
CREATE INDEX destruction_acts_list ON destruction_acts (list, number);

-- Cases that are destroyed, or on a list that may still destroy them.
CREATE VIEW listed_cases AS
  SELECT listed.case_id, listed.list FROM destruction_cases AS listed
  WHERE listed.destroyed_at IS NOT NULL OR NOT EXISTS (
    SELECT 1 FROM destruction_acts AS acts
    WHERE acts.list = listed.list AND acts.kind IN ('withdrawn', 'refused', 'carried_out')
  );

-- How many acts about lists there were when a seal was made, and the hash of the last.
ALTER TABLE seals ADD COLUMN list_acts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE seals ADD COLUMN list_head TEXT   NOT NULL DEFAULT '';

-- The case of which somebody asks that it be erased.
ALTER TABLE data_requests ADD COLUMN case_id BIGINT;
