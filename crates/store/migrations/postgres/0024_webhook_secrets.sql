-- How the secrets of a webhook are kept: encrypted as src/secrets.rs says, or as they are if this is empty.
-- What lies there as it is becomes encrypted when the office is next served.
ALTER TABLE webhooks ADD COLUMN algorithm TEXT COLLATE "C" NOT NULL DEFAULT '';
