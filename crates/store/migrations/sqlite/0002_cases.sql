-- A case is its events. Its number is its key: 2026-0142 is 20260000142, so that keys sort as
-- numbers do even after 2026-9999.

CREATE TABLE events (
  case_id  BIGINT NOT NULL,
  seq      BIGINT NOT NULL,
  -- The event without free text, as JSON.
  skeleton TEXT   NOT NULL,
  PRIMARY KEY (case_id, seq)
) WITHOUT ROWID;

-- What people wrote. A row may be erased; the event it belongs to stands.
CREATE TABLE event_texts (
  case_id BIGINT NOT NULL,
  seq     BIGINT NOT NULL,
  key     TEXT   NOT NULL,
  text    TEXT   NOT NULL,
  PRIMARY KEY (case_id, seq, key),
  FOREIGN KEY (case_id, seq) REFERENCES events (case_id, seq)
);

-- The last number taken in a series, per year.
CREATE TABLE numbers (
  series TEXT   NOT NULL,
  year   BIGINT NOT NULL,
  last   BIGINT NOT NULL,
  PRIMARY KEY (series, year)
);

-- From here on: projections. They follow from the events alone, so that nothing in them refers to
-- people or units, which may go while the events stay.

CREATE TABLE cases (
  case_id          INTEGER PRIMARY KEY,
  version          BIGINT NOT NULL,
  agenda           BIGINT NOT NULL,
  sop              TEXT   NOT NULL,
  revision         TEXT   NOT NULL,
  unit             TEXT   NOT NULL,
  subject          TEXT   NOT NULL,
  requester        TEXT,
  requester_name   TEXT   NOT NULL,
  letter_no        TEXT,
  letter_date      TEXT,
  category         TEXT,
  urgency          TEXT,
  received_at      BIGINT NOT NULL,
  entered_at       BIGINT NOT NULL,
  -- 'running', 'suspended', or 'ended/' and the end.
  state            TEXT   NOT NULL,
  -- Since when it is suspended or ended.
  state_since      BIGINT,
  suspended_reason TEXT,
  -- The earliest due time of its open rows; the largest number if there is none.
  due_sort         BIGINT NOT NULL
);
-- Each way to narrow a list, in each order in which the list is read a page at a time.
CREATE INDEX cases_received           ON cases (received_at, case_id);
CREATE INDEX cases_due                ON cases (due_sort, case_id);
CREATE INDEX cases_state_received     ON cases (state, received_at, case_id);
CREATE INDEX cases_state_due          ON cases (state, due_sort, case_id);
CREATE INDEX cases_unit_received      ON cases (unit, received_at, case_id);
CREATE INDEX cases_unit_due           ON cases (unit, due_sort, case_id);
CREATE INDEX cases_requester_received ON cases (requester, received_at, case_id);

CREATE TABLE open_tasks (
  case_id   BIGINT NOT NULL REFERENCES cases (case_id),
  task      BIGINT NOT NULL,
  stage     TEXT   NOT NULL,
  round     BIGINT NOT NULL,
  -- The performer of the stage.
  role      TEXT   NOT NULL,
  assignee  TEXT,
  opened_at BIGINT NOT NULL,
  step_opened_at BIGINT NOT NULL,
  -- The due time of its row; the largest number if there is none.
  due_sort  BIGINT NOT NULL,
  PRIMARY KEY (case_id, task)
);
-- An inbox is one of the first for the person and one of the second for each of their roles.
CREATE INDEX open_tasks_assignee ON open_tasks (assignee, due_sort, case_id, task) WHERE assignee IS NOT NULL;
CREATE INDEX open_tasks_role     ON open_tasks (role, due_sort, case_id, task) WHERE assignee IS NULL;

CREATE TABLE step_runs (
  case_id   BIGINT NOT NULL REFERENCES cases (case_id),
  -- In the order in which they opened, counted from 1.
  run       BIGINT NOT NULL,
  step      TEXT   NOT NULL,
  round     BIGINT NOT NULL,
  opened_at BIGINT NOT NULL,
  due_at    BIGINT,
  closed_at BIGINT,
  done      BIGINT NOT NULL,
  PRIMARY KEY (case_id, run)
);
CREATE INDEX step_runs_open ON step_runs (step, case_id, due_at) WHERE closed_at IS NULL;

-- Words to find a case by, without keeping the text a second time.
CREATE VIRTUAL TABLE case_search USING fts5 (
  number, subject, requester_name, unit, letter_no,
  content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
);
