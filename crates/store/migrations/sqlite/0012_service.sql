-- Positions and roles are held from a day to a day, both included. An open beginning is '', an open end
-- 9999-12-31, so that days compare as text does. No row is ever removed: what has ended stays as history,
-- and what was taken back before its first day was over ends on the day before it.

CREATE TABLE postings (
  person    TEXT NOT NULL REFERENCES people (id),
  from_day  TEXT NOT NULL,
  until_day TEXT NOT NULL,
  position  TEXT NOT NULL,
  unit      TEXT NOT NULL REFERENCES units (code),
  PRIMARY KEY (person, from_day)
);
INSERT INTO postings (person, from_day, until_day, position, unit)
  SELECT id, '', '9999-12-31', position, unit FROM people;
ALTER TABLE people DROP COLUMN position;
ALTER TABLE people DROP COLUMN unit;

CREATE TABLE held_roles (
  person    TEXT NOT NULL REFERENCES people (id),
  role      TEXT NOT NULL,
  from_day  TEXT NOT NULL,
  until_day TEXT NOT NULL,
  PRIMARY KEY (person, role, from_day)
);
CREATE INDEX held_roles_role ON held_roles (role, person);
INSERT INTO held_roles (person, role, from_day, until_day)
  SELECT person, role, '', '9999-12-31' FROM person_roles;
DROP TABLE person_roles;

-- Units belong to others, and there are none forever.
ALTER TABLE units ADD COLUMN parent    TEXT REFERENCES units (code);
ALTER TABLE units ADD COLUMN from_day  TEXT NOT NULL DEFAULT '';
ALTER TABLE units ADD COLUMN until_day TEXT NOT NULL DEFAULT '9999-12-31';
