-- How units were called before they got the name that stands in `units`, each until its last day. What is
-- called there today always was: no unit that is there changes its name by this.
CREATE TABLE unit_names (
  unit      TEXT COLLATE "C" NOT NULL REFERENCES units (code),
  until_day TEXT COLLATE "C" NOT NULL,
  name      TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (unit, until_day)
);
