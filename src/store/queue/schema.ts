import { steps as released } from '../schema.ts'

/** The tables of version 2, without the indexes. */
const tables = `
  CREATE TABLE campaign (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    digest TEXT NOT NULL,          -- of the frozen campaign: SHA-256, hex
    frozen TEXT NOT NULL,          -- JSON
    intake TEXT NOT NULL,          -- JSON: what the list held
    created_at INTEGER NOT NULL    -- milliseconds since the epoch, as all times here
  ) STRICT;
  CREATE TABLE domain (            -- the messages of a campaign to one domain, at one level
    id INTEGER PRIMARY KEY,
    campaign INTEGER NOT NULL REFERENCES campaign (id),
    name TEXT NOT NULL,
    level TEXT,                    -- that a person released them to; NULL: the campaign's own
    due INTEGER,                   -- the earliest of its messages, or later; NULL where none is due. Kept while not taken
    taken INTEGER NOT NULL DEFAULT 0 CHECK (taken IN (0, 1))
  ) STRICT;
  CREATE TABLE message (           -- what the list says: written once, in its order
    id INTEGER PRIMARY KEY,
    campaign INTEGER NOT NULL REFERENCES campaign (id),
    domain INTEGER NOT NULL REFERENCES domain (id),
    address TEXT NOT NULL,
    address_key TEXT NOT NULL,     -- equal for addresses that count as the same
    columns TEXT NOT NULL,         -- JSON: the list's row
    key BLOB NOT NULL,             -- the recipient's own key for the evidence
    UNIQUE (campaign, address_key)
  ) STRICT;
  CREATE TABLE delivery (          -- what becomes of it: one row a message; those of a domain lie together on the disk
    domain INTEGER NOT NULL REFERENCES domain (id),
    id INTEGER NOT NULL,           -- of the message, whose domain is the same
    state TEXT NOT NULL DEFAULT 'waiting'
      CHECK (state IN ('waiting', 'deferred', 'held', 'leased', 'sent', 'failed', 'dropped', 'exported', 'suppressed')),
    leased_from TEXT,              -- the state it had before it was leased
    due INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    first_tried_at INTEGER,
    reason TEXT NOT NULL DEFAULT '',
    class TEXT,
    code INTEGER,
    enhanced TEXT,
    verdict TEXT NOT NULL DEFAULT 'not-tested',
    host TEXT,
    tls TEXT,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (domain, id),
    CHECK ((due IS NOT NULL) = (state IN ('waiting', 'deferred', 'held')))
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE tally (             -- how many messages of a campaign are in a state
    campaign INTEGER NOT NULL REFERENCES campaign (id),
    state TEXT NOT NULL,
    messages INTEGER NOT NULL,
    PRIMARY KEY (campaign, state)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE usage (             -- what a provider was sent
    scope TEXT NOT NULL,
    hour INTEGER NOT NULL,         -- since the epoch
    messages INTEGER NOT NULL,
    PRIMARY KEY (scope, hour)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE suppression (       -- moved to suppression.db, and read no more
    address_key TEXT NOT NULL,
    reason TEXT NOT NULL,
    source TEXT NOT NULL,
    at INTEGER NOT NULL,
    campaign TEXT,                 -- by name: the list outlives campaigns, and may come from elsewhere
    detail TEXT NOT NULL,
    PRIMARY KEY (address_key, reason)
  ) STRICT, WITHOUT ROWID;
`

/** Level NULL would be unequal to itself, so that a domain could come in twice. Partial indexes hold what is due alone. */
const indexes = `
  CREATE UNIQUE INDEX domain_name ON domain (campaign, name, ifnull(level, ''));
  CREATE INDEX domain_due ON domain (campaign, due) WHERE due IS NOT NULL AND taken = 0;
  CREATE INDEX domain_taken ON domain (id) WHERE taken = 1;
  CREATE INDEX delivery_due ON delivery (domain, due) WHERE due IS NOT NULL;
  CREATE INDEX delivery_leased ON delivery (domain) WHERE state = 'leased';
`

/** The tally worked out anew. */
export const tallied = `SELECT d.campaign, e.state, count(*) AS messages
  FROM domain d CROSS JOIN delivery e ON e.domain = d.id GROUP BY d.campaign, e.state`

/** From version 1: each row is copied once, in the order of the disk, and the indexes are made at the end. */
const fromVersion1 = `
  DROP INDEX message_due;
  DROP INDEX message_state;
  ALTER TABLE message RENAME TO message1;
  ALTER TABLE campaign RENAME TO campaign1;
  ${tables}
  INSERT INTO campaign (name, digest, frozen, intake, created_at)
    SELECT name, digest, frozen, intake, created_at FROM campaign1 ORDER BY created_at, rowid;
  INSERT INTO domain (campaign, name)
    SELECT c.id, m.domain FROM message1 m CROSS JOIN campaign c ON c.name = m.campaign GROUP BY c.id, m.domain;
  CREATE UNIQUE INDEX domain_name1 ON domain (campaign, name);
  INSERT INTO message (id, campaign, domain, address, address_key, columns, key)
    SELECT m.id, c.id, d.id, m.address, m.address_key, m.columns, m.key
    FROM message1 m CROSS JOIN campaign c ON c.name = m.campaign CROSS JOIN domain d ON d.campaign = c.id AND d.name = m.domain
    ORDER BY m.id;
  -- Version 1 did not say when a message was first tried: its last attempt is the earliest that is certain.
  INSERT INTO delivery (domain, id, state, due, attempts, first_tried_at, reason, code, verdict, host, tls, updated_at)
    SELECT n.domain, n.id,
      CASE WHEN m.state = 'waiting' AND m.attempts > 0 THEN 'deferred' ELSE m.state END,
      CASE WHEN m.state IN ('waiting', 'held') THEN ifnull(m.due, 0) END,
      m.attempts, CASE WHEN m.attempts > 0 THEN m.updated_at END, m.reason, m.code, m.verdict, m.host, m.tls, m.updated_at
    FROM message n CROSS JOIN message1 m ON m.id = n.id ORDER BY n.domain, n.id;
  DROP INDEX domain_name1;
  DROP TABLE message1;
  DROP TABLE campaign1;
  ${indexes}
  UPDATE domain SET due = (SELECT min(e.due) FROM delivery e WHERE e.domain = domain.id AND e.due IS NOT NULL);
  INSERT INTO tally (campaign, state, messages) ${tallied};
`

/** What people ordered and was done, written with what it did: an order that is read twice is not done twice. */
const fromVersion2 = `
  CREATE TABLE carried (
    id TEXT PRIMARY KEY,           -- of the order
    messages INTEGER NOT NULL,
    at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`

/**
 * The evidence became a tree: a message knows the leaf of its last attempt. A checkpoint that was remembered of the chain of
 * hashes before it stays, for the new log says whether it goes on from there.
 */
const fromVersion3 = `
  ALTER TABLE delivery ADD COLUMN leaf INTEGER;
  ALTER TABLE evidence RENAME COLUMN head TO root;
  CREATE TABLE settled (           -- one row: what the evidence has behind this leaf, no message may rest on yet
    only INTEGER PRIMARY KEY CHECK (only = 1),
    leaf INTEGER NOT NULL
  ) STRICT;
`

/**
 * When a message, or its destination, was first tried. `first_tried_at` is when it was leased itself: how long a host
 * puts strangers off is learnt from that, and a destination that could not be reached is no part of it.
 */
const fromVersion4 = `
  ALTER TABLE delivery ADD COLUMN begun_at INTEGER;
  UPDATE delivery SET begun_at = ifnull(first_tried_at, updated_at) WHERE attempts > 0 AND state IN ('deferred', 'held', 'leased');
`

/** The schema of `queue.db`, one step a version; a step that was released is never changed. */
export const queueSteps: readonly string[] = [...released, fromVersion1, fromVersion2, fromVersion3, fromVersion4]
