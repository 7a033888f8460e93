-- How the office begins its texts, where it writes otherwise than its stationery. Each version is kept.

CREATE TABLE phrases (
  -- A stage and a field of the SOP, `4.konsep` and `surat`.
  stage   TEXT   NOT NULL,
  field   TEXT   NOT NULL,
  -- Counted from 1 without gaps.
  version BIGINT NOT NULL,
  text    TEXT   NOT NULL,
  written_by TEXT NOT NULL REFERENCES people (id),
  written_at BIGINT NOT NULL,
  PRIMARY KEY (stage, field, version)
);
