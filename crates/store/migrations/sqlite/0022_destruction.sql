-- Berita acara pemusnahan arsip: which cases are destroyed once their years are over, who proposed it and
-- who approved. What was destroyed leaves its number here, and nothing of its content.
CREATE TABLE destruction_lists (
  id             INTEGER PRIMARY KEY,
  basis          TEXT   NOT NULL,
  -- The SHA-256 over the basis and the cases, in hexadecimal: what was approved is what was proposed.
  digest         TEXT   NOT NULL,
  proposed_by    TEXT   NOT NULL REFERENCES people (id),
  proposed_at    BIGINT NOT NULL,
  -- Four eyes: never the one who proposed.
  approved_by    TEXT REFERENCES people (id) CHECK (approved_by <> proposed_by),
  approved_at    BIGINT,
  carried_out_at BIGINT
);

CREATE TABLE destruction_cases (
  list         BIGINT NOT NULL REFERENCES destruction_lists (id),
  case_id      BIGINT NOT NULL,
  -- The class of the schedule, and the last year to whose end it had the case kept.
  class        TEXT   NOT NULL,
  kept_until   BIGINT NOT NULL,
  ended_at     BIGINT NOT NULL,
  -- Empty for a case that was taken up again in the meantime.
  destroyed_at BIGINT,
  PRIMARY KEY (list, case_id)
);
CREATE INDEX destruction_cases_case ON destruction_cases (case_id);
