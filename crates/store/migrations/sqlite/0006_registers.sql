-- What the books of the office are read from.

-- How the request came.
ALTER TABLE cases ADD COLUMN channel TEXT NOT NULL DEFAULT '';
-- The agenda is read in the order in which requests were entered, which is that of its numbers.
CREATE INDEX cases_entered      ON cases (entered_at, case_id);
CREATE INDEX cases_unit_entered ON cases (unit, entered_at, case_id);

-- With what a letter was signed, and in which capacity.
ALTER TABLE letters ADD COLUMN means    TEXT NOT NULL DEFAULT '';
ALTER TABLE letters ADD COLUMN capacity TEXT NOT NULL DEFAULT '';
CREATE INDEX letters_unit ON letters (unit, year, number);

-- Each disposition that was given: a projection.
CREATE TABLE dispositions (
  case_id     BIGINT NOT NULL REFERENCES cases (case_id),
  task        BIGINT NOT NULL,
  stage       TEXT   NOT NULL,
  outcome     TEXT   NOT NULL,
  -- The case's, for the order of the second index.
  unit        TEXT   NOT NULL,
  disposed_at BIGINT NOT NULL,
  disposed_by TEXT,
  -- What was chosen under Sifat.
  urgency     TEXT,
  -- What was chosen under Dengan hormat harap, with commas between.
  requests    TEXT   NOT NULL,
  notes       TEXT   NOT NULL,
  PRIMARY KEY (case_id, task)
);
CREATE INDEX dispositions_disposed      ON dispositions (disposed_at, case_id, task);
CREATE INDEX dispositions_unit_disposed ON dispositions (unit, disposed_at, case_id, task);

-- Numbers of letters that were set aside. Who, when and why follow from no event, so that this is no
-- projection. A number is used when a letter has it; before that it can be voided, and stays a gap
-- that is explained.
CREATE TABLE reserved_numbers (
  year           BIGINT NOT NULL,
  number         BIGINT NOT NULL,
  written_number TEXT   NOT NULL,
  -- The day on which it was reserved, which its letter will bear.
  dated          TEXT   NOT NULL,
  purpose        TEXT   NOT NULL,
  reserved_by    TEXT   NOT NULL,
  reserved_at    BIGINT NOT NULL,
  voided_by      TEXT,
  voided_at      BIGINT,
  void_reason    TEXT,
  PRIMARY KEY (year, number)
);

-- Whatever was stored before has rows without the new columns: the projections are rebuilt once.
INSERT INTO settings (key, value) VALUES ('rebuild', 'due') ON CONFLICT (key) DO NOTHING;
