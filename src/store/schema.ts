/**
 * The schema, one step a version: `steps[n]` leads from version n to n + 1 (SQLite's user_version). A step that was
 * released is never changed.
 */
export const steps: readonly string[] = [
  `
  CREATE TABLE campaign (
    name TEXT PRIMARY KEY,
    digest TEXT NOT NULL,          -- of the frozen campaign: SHA-256, hex
    frozen TEXT NOT NULL,          -- JSON
    intake TEXT NOT NULL,          -- JSON: what the list held
    created_at INTEGER NOT NULL    -- milliseconds since the epoch
  ) STRICT;
  CREATE TABLE evidence (          -- one row: the evidence log as it was when the last run ended
    only INTEGER PRIMARY KEY CHECK (only = 1),
    size INTEGER NOT NULL,
    head TEXT NOT NULL
  ) STRICT;
  CREATE TABLE message (
    id INTEGER PRIMARY KEY,
    campaign TEXT NOT NULL REFERENCES campaign (name),
    address TEXT NOT NULL,
    address_key TEXT NOT NULL,     -- equal for addresses that count as the same
    domain TEXT NOT NULL,
    columns TEXT NOT NULL,         -- JSON: the list's row
    key BLOB NOT NULL,             -- the recipient's own key for the evidence
    state TEXT NOT NULL DEFAULT 'waiting',
    due INTEGER,                   -- milliseconds since the epoch; NULL while in flight and when settled
    attempts INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '',
    code INTEGER,
    verdict TEXT NOT NULL DEFAULT 'not-tested',
    host TEXT,
    tls TEXT,
    updated_at INTEGER NOT NULL,
    UNIQUE (campaign, address_key)
  ) STRICT;
  CREATE INDEX message_due ON message (campaign, domain, due) WHERE due IS NOT NULL;
  CREATE INDEX message_state ON message (campaign, state);
  `,
]
