-- Officials who sign with a key that BSrE keeps. Nobody is here and in signing_keys at once.
CREATE TABLE bsre_signers (
  person        TEXT   NOT NULL PRIMARY KEY REFERENCES people (id),
  -- The sixteen digits by which BSrE knows them. Personal: in no log, and masked wherever it is shown.
  nik           TEXT   NOT NULL,
  registered_at BIGINT NOT NULL
);
