/** The schema of `lists.db`, one step a version; a step that was released is never changed. */
export const steps: readonly string[] = [
  `
  CREATE TABLE list (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    columns TEXT NOT NULL,         -- JSON: names in the order of the files
    mapping TEXT NOT NULL,         -- JSON: role to column
    created_at INTEGER NOT NULL,   -- milliseconds since the epoch, as all times here
    updated_at INTEGER NOT NULL,
    source TEXT NOT NULL,          -- the file that was imported last
    source_sha256 TEXT NOT NULL,   -- hex
    revision INTEGER NOT NULL,     -- one more with each change of its members
    digest TEXT                    -- over its members, hex; NULL until somebody asks for that of this revision
  ) STRICT;
  CREATE TABLE member (
    id INTEGER PRIMARY KEY,        -- the order of the files
    list INTEGER NOT NULL REFERENCES list (id),
    address_key TEXT NOT NULL,     -- equal for addresses that count as the same
    address TEXT NOT NULL,
    domain TEXT NOT NULL,
    columns TEXT NOT NULL,         -- JSON
    consent_at INTEGER,
    consent_how TEXT NOT NULL,
    consent_source TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    UNIQUE (list, address_key)
  ) STRICT;
  CREATE INDEX member_order ON member (list);  -- with the id that every index ends in: a list in its order
  `,
]
