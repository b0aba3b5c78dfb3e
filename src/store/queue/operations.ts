import { carryOut } from './carry.ts'
import { noteLeaves } from './claim.ts'
import { addUsage, counts, rememberCheckpoint, usage } from './count.ts'
import { drop, endSuppressed, fail, hurry, releaseTo, repair, startAt } from './desk.ts'
import { eraseMessages } from './erase.ts'
import { nextDue, releaseDomains, takeDomains } from './domain.ts'
import { lease, recover, release } from './lease.ts'
import { expire, settle, settleDomains } from './settle.ts'
import { amend } from './amend.ts'

/** What the thread can be asked to do within a transaction; each throws, or is done whole. */
export const operations = {
  recover,
  takeDomains,
  releaseDomains,
  lease,
  settle,
  settleDomains,
  release,
  expire,
  counts,
  nextDue,
  hurry,
  addUsage,
  usage,
  rememberCheckpoint,
  noteLeaves,
  endSuppressed,
  releaseTo,
  fail,
  drop,
  repair,
  carryOut,
  startAt,
  amend,
  eraseMessages,
}

export type Operations = typeof operations
