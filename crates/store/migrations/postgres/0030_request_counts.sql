-- Who asked for how much of late, as the nodes tell each other: one row for a person, or for an address of
-- nobody known, for a minute or two. Nothing here has to survive, so that no commit waits for it.
CREATE UNLOGGED TABLE request_counts (
  who    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  -- When all they asked for would have been due, had they asked evenly.
  due_at BIGINT           NOT NULL
);
