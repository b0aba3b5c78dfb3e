/** The schema of `tracking.db`, one step a version; a step that was released is never changed. */
export const trackingSteps: readonly string[] = [
  `
  CREATE TABLE campaign (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    tag TEXT NOT NULL UNIQUE,      -- of its name and content
    first_at INTEGER NOT NULL      -- its first hit, milliseconds since the epoch
  ) STRICT;
  CREATE TABLE tally (             -- counts alone: nobody can be found in them
    campaign INTEGER NOT NULL REFERENCES campaign (id),
    kind TEXT NOT NULL CHECK (kind IN ('click', 'open')),
    link INTEGER NOT NULL,         -- its number in the campaign; 0: the campaign as a whole
    day TEXT NOT NULL,             -- in UTC
    total INTEGER NOT NULL,
    fresh INTEGER NOT NULL,        -- by whom it was the first time
    PRIMARY KEY (campaign, kind, link, day)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE seen (              -- so that each recipient is counted once; emptied 90 days after first_at
    campaign INTEGER NOT NULL REFERENCES campaign (id),
    kind TEXT NOT NULL,
    link INTEGER NOT NULL,
    who BLOB NOT NULL,             -- a keyed hash
    PRIMARY KEY (campaign, kind, link, who)
  ) STRICT, WITHOUT ROWID;
  `,
]
