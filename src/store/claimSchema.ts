/** The schema of `claims.db`, one step a version; a step that was released is never changed. */
export const claimSteps: readonly string[] = [
  `
  CREATE TABLE claim (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- no number comes twice: the evidence numbers attempts by it
    provider TEXT NOT NULL,
    event_id TEXT NOT NULL,
    at INTEGER NOT NULL,           -- milliseconds since the epoch, as all times here: when it came
    message INTEGER NOT NULL,      -- the number of the message in queue.db
    body TEXT,                     -- JSON: what was said; NULL when it is in the evidence
    leaf INTEGER,                  -- the leaf that it has, or was about to get
    UNIQUE (provider, event_id)
  ) STRICT;
  CREATE INDEX claim_waiting ON claim (id) WHERE body IS NOT NULL;
  CREATE TABLE once (              -- what signatures were used for, where they cover no event
    value TEXT PRIMARY KEY,
    use TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE taken (             -- claims in the evidence, by what they are about: found by it where somebody is erased
    message INTEGER NOT NULL,
    leaf INTEGER NOT NULL,
    PRIMARY KEY (message, leaf)
  ) STRICT, WITHOUT ROWID;
  INSERT OR IGNORE INTO taken (message, leaf) SELECT message, leaf FROM claim WHERE body IS NULL AND leaf IS NOT NULL;
  `,
]
