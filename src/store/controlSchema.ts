/** The schema of `control.db`, one step a version; a step that was released is never changed. */
export const controlSteps: readonly string[] = [
  `
  CREATE TABLE orders (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL,           -- milliseconds since the epoch, as all times here
    body TEXT NOT NULL,            -- JSON: the order
    result TEXT,                   -- JSON: what became of it; NULL while it waits
    done_at INTEGER
  ) STRICT;
  CREATE INDEX orders_waiting ON orders (at) WHERE result IS NULL;
  CREATE TABLE paused (
    campaign TEXT PRIMARY KEY,
    at INTEGER NOT NULL
  ) STRICT;
  `,
  `
  ALTER TABLE paused ADD COLUMN by TEXT NOT NULL DEFAULT '';
  CREATE TABLE cancelled (
    campaign TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    by TEXT NOT NULL
  ) STRICT;
  CREATE TABLE preflight (         -- the last one of each campaign
    campaign TEXT PRIMARY KEY,
    digest TEXT NOT NULL,          -- of what was looked at
    at INTEGER NOT NULL,
    send INTEGER NOT NULL,         -- recipients by what would happen to them
    hold INTEGER NOT NULL,
    later INTEGER NOT NULL,
    fail INTEGER NOT NULL
  ) STRICT;
  `,
]
