/** The schema of `memory.db`, one step a version; a step that was released is never changed. */
export const memorySteps: readonly string[] = [
  `
  CREATE TABLE host (
    host TEXT PRIMARY KEY,
    offered_at INTEGER NOT NULL,   -- milliseconds since the epoch, as all times here
    key TEXT,                      -- SHA-256 of the public key, hex
    gone_since INTEGER,
    tried_at INTEGER,
    tries INTEGER NOT NULL,
    released_at INTEGER
  ) STRICT;
  `,
  `
  CREATE TABLE greylist (
    host TEXT PRIMARY KEY,
    lower_ms INTEGER NOT NULL,     -- a message was still put off so long after its first attempt
    upper_ms INTEGER,              -- one was taken so long after it
    seen_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX greylist_seen ON greylist (seen_at);
  `,
]
