/** The schema of `suppression.db`, one step a version; a step that was released is never changed. */
export const suppressionSteps: readonly string[] = [
  `
  CREATE TABLE suppression (
    address_key TEXT NOT NULL,     -- or sha256: and its hash
    list TEXT NOT NULL,            -- empty: all mail
    reason TEXT NOT NULL CHECK (reason IN ('bounce', 'complaint', 'unsubscribe', 'manual', 'import')),
    source TEXT NOT NULL,
    at INTEGER NOT NULL,           -- milliseconds since the epoch
    campaign TEXT,                 -- by name: the list outlives campaigns, and may come from elsewhere
    detail TEXT NOT NULL,
    PRIMARY KEY (address_key, list, reason)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE moved (             -- one row once the rows that queue.db held were taken over
    only INTEGER PRIMARY KEY CHECK (only = 1)
  ) STRICT;
  `,
  `
  CREATE TABLE erased (            -- people who were erased, and get no more mail
    key BLOB NOT NULL,             -- tells which key of keys/suppression.key
    hash BLOB NOT NULL,            -- of the address under that key
    at INTEGER NOT NULL,
    PRIMARY KEY (key, hash)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE uncounted (         -- who took back the consent to be counted, and goes on getting mail
    address_key TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    at INTEGER NOT NULL            -- milliseconds since the epoch
  ) STRICT, WITHOUT ROWID;
  `,
]
