-- Who asked for how much of late, as several nodes on PostgreSQL tell each other. On SQLite there is one node,
-- which counts in its memory: the table is here so that both databases have the same, and stays empty.
CREATE TABLE request_counts (
  who    TEXT    NOT NULL PRIMARY KEY,
  -- When all they asked for would have been due, had they asked evenly.
  due_at INTEGER NOT NULL
) WITHOUT ROWID;
