-- What helps to choose who gets a task.

-- From when until when a running task was whose: a projection. A pause ends one and begins another.
CREATE TABLE task_holds (
  case_id    BIGINT NOT NULL REFERENCES cases (case_id),
  task       BIGINT NOT NULL,
  -- In the order in which they began, counted from 1.
  hold       BIGINT NOT NULL,
  person     TEXT   NOT NULL,
  held_from  BIGINT NOT NULL,
  -- The largest number while it lasts.
  until_sort BIGINT NOT NULL,
  PRIMARY KEY (case_id, task, hold)
);
-- A week of a person is what ended in it or later and began before its end.
CREATE INDEX task_holds_person ON task_holds (person, until_sort);

-- What somebody can do: 'qualification' and the id of one of the SOP's, or 'tag' and whatever the office
-- calls it.
CREATE TABLE person_skills (
  person TEXT NOT NULL REFERENCES people (id),
  kind   TEXT NOT NULL,
  skill  TEXT NOT NULL,
  PRIMARY KEY (person, kind, skill)
);

-- Whatever was stored before has no holds yet: the projections are rebuilt once.
INSERT INTO settings (key, value) VALUES ('rebuild', 'due') ON CONFLICT (key) DO NOTHING;
