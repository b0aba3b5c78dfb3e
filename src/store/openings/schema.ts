/** The schema of `openings.db`, one step a version; a step that was released is never changed. */
export const openingsSteps: readonly string[] = [
  `
  CREATE TABLE session (
    leaf INTEGER PRIMARY KEY,      -- in the log, from 0: rows are added in this order
    id BLOB NOT NULL,              -- 16 random octets
    key BLOB,                      -- opens the commitment to the peer; NULL where it stands in the clear
    peer TEXT NOT NULL,            -- canonical JSON, as it was committed to
    time INTEGER NOT NULL,         -- milliseconds since the epoch, as all times here
    port INTEGER NOT NULL,
    level TEXT NOT NULL,
    voucher TEXT,
    verdict TEXT NOT NULL,
    cause TEXT NOT NULL,
    decision TEXT NOT NULL,
    tls TEXT,                      -- JSON: version, cipher, group, resumed, provenAt; NULL where there was none
    software TEXT NOT NULL
  ) STRICT;
  CREATE TABLE campaign (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE attempt (
    leaf INTEGER PRIMARY KEY,
    previous INTEGER,              -- the leaf of the attempt before it, of the same message
    session INTEGER,               -- the leaf of its session
    campaign INTEGER NOT NULL REFERENCES campaign (id),
    domain TEXT NOT NULL,
    number INTEGER NOT NULL,       -- from 1
    time INTEGER NOT NULL,
    message BLOB,                  -- SHA-256 of its octets; zeros where the recipient was erased
    octets INTEGER,
    outcome TEXT NOT NULL,
    code INTEGER,
    enhanced TEXT,
    reply TEXT,                    -- may quote the address; blanks where the recipient was erased
    strength TEXT NOT NULL
  ) STRICT;
  CREATE TABLE certificate (
    sha256 BLOB PRIMARY KEY,
    der BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
]
