-- The outbox: work that can wait, written with the events it follows from.

CREATE TABLE orders (
  id       INTEGER PRIMARY KEY,
  -- Names the order and the event it follows from, so that none is written twice.
  key      TEXT    NOT NULL UNIQUE,
  body     TEXT    NOT NULL,
  -- When it may be taken on: its time, or the end of the lease of whoever has it.
  run_at   BIGINT  NOT NULL,
  worker   TEXT,
  attempts BIGINT  NOT NULL DEFAULT 0,
  done_at  BIGINT
);
CREATE INDEX orders_waiting ON orders (run_at, id) WHERE done_at IS NULL;
