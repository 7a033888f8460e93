-- Programs elsewhere that are told what happens to cases.
CREATE TABLE webhooks (
  id               INTEGER PRIMARY KEY,
  name             TEXT    NOT NULL,
  address          TEXT    NOT NULL,
  -- With what messages are signed. A hash would not do, since the secret itself is needed at each one.
  -- Whoever reads the database can send that program messages in our name; they tell nothing, and the
  -- program looks up what counts as somebody who may.
  secret           TEXT    NOT NULL,
  -- The one before, with which messages are signed as well until then.
  old_secret       TEXT,
  old_secret_until BIGINT,
  -- Why nothing is sent; null while it is.
  disabled         TEXT,
  -- Since when no message has arrived; null if the last one did.
  failing_since    BIGINT,
  created_at       BIGINT  NOT NULL,
  created_by       TEXT    NOT NULL REFERENCES people (id)
);

-- What each of them is told of.
CREATE TABLE webhook_kinds (
  webhook INTEGER NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
  kind    TEXT    NOT NULL,
  PRIMARY KEY (webhook, kind)
);

-- One event told to one of them, written with the event.
CREATE TABLE deliveries (
  id         INTEGER PRIMARY KEY,
  webhook    INTEGER NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
  kind       TEXT    NOT NULL,
  -- The event; null for a message that only tries the way.
  case_id    BIGINT,
  seq        BIGINT,
  at         BIGINT  NOT NULL,
  state      TEXT    NOT NULL,
  -- How often somebody had it sent from the beginning, the first time included.
  round      BIGINT  NOT NULL DEFAULT 1,
  next_at    BIGINT,
  UNIQUE (webhook, case_id, seq)
);
CREATE INDEX deliveries_at ON deliveries (at);

-- Each try of a delivery.
CREATE TABLE delivery_attempts (
  delivery INTEGER NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
  number   BIGINT  NOT NULL,
  at       BIGINT  NOT NULL,
  millis   BIGINT  NOT NULL,
  -- What the other side answered, as HTTP counts it.
  status   BIGINT,
  error    TEXT,
  PRIMARY KEY (delivery, number)
);
