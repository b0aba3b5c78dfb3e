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
]
