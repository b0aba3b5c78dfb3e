import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import { readKeys } from '../keys.ts'
import {
  type MessageOf,
  OrderBook,
  SqliteBounceLedger,
  SqliteLists,
  SqliteSuppressionList,
  SqliteTrackingLedger,
  claimsName,
  eraseInCopy,
  eraseOpenings,
  ledgerName,
  listCopies,
  scrubFile,
} from '../store/index.ts'
import { eraseTracking, trackingKeys } from '../tracking/index.ts'

/** What was erased outside the queue: how many of what. Nothing in it tells of whom. */
export interface ErasedElsewhere {
  readonly lists: number
  readonly suppressions: number
  readonly bounces: number
  readonly links: number
  readonly orders: number
  readonly copies: number
  readonly mentions: number
}

export interface FilesErased {
  readonly erased: ErasedElsewhere
  /** A copy that cannot be read: it may have them still, and is no reason to leave the rest. */
  readonly unreadable: SealpostError | undefined
}

/** Files that several processes may write, and that are written anew without what was erased. */
const shared = ['suppression.db', 'lists.db', ledgerName, 'tracking.db', claimsName, 'control.db'] as const

/**
 * Erases people from all files of a data folder but the queue, whatever else has them open. The suppression list comes first:
 * from then on nothing is sent to them, and nothing of them is taken in. Each step can be done again, and finds what is left.
 *
 * @param messages to them, as the queue still has them
 */
export async function eraseFromFiles(
  folder: string,
  addressKeys: readonly string[],
  messages: readonly MessageOf[],
  clock: Clock,
  onStep: (what: string) => void = () => undefined,
): Promise<FilesErased> {
  const now = clock.now()
  const ids = messages.map(({ id }) => id)
  using suppressed = SqliteSuppressionList.open(folder)
  const suppressions = await suppressed.erase(addressKeys, now)
  const lists = withFile(folder, 'lists.db', SqliteLists, (file) => file.erase(addressKeys, now))
  const bounces = withFile(folder, ledgerName, SqliteBounceLedger, (file) => file.erase(addressKeys, ids))
  const orders = withFile(folder, 'control.db', OrderBook, (file) => file.erase(addressKeys, now)) ?? 0
  const links = await forgetLinks(folder, messages)
  onStep('copies in the data folder')
  const inCopies = eraseInCopies(folder, addressKeys, ids)
  if (inCopies.leaves.length > 0) await eraseOpenings(folder, inCopies.leaves, addressKeys)
  const erased = {
    lists: lists?.members ?? 0,
    suppressions,
    bounces: bounces?.notes ?? 0,
    links,
    orders,
    copies: inCopies.copies,
    mentions: (lists?.mentions ?? 0) + (bounces?.mentions ?? 0),
  }
  return { erased, unreadable: inCopies.unreadable }
}

function eraseInCopies(folder: string, addressKeys: readonly string[], ids: readonly number[]) {
  let copies = 0
  const leaves: number[] = []
  let unreadable: SealpostError | undefined
  for (const name of listCopies(folder)) {
    try {
      const erased = eraseInCopy(join(folder, name), addressKeys, ids)
      if (erased.rows > 0) copies += 1
      leaves.push(...erased.leaves)
    } catch (error) {
      if (!(error instanceof SealpostError)) throw error
      unreadable ??= error
    }
  }
  return { copies, leaves, unreadable }
}

/** Writes the shared files anew, so that nothing is left in them of what was erased. @throws SealpostError SP_STORE_IN_USE */
export function scrubFiles(folder: string): void {
  for (const name of shared) scrubFile(join(folder, name))
}

function withFile<F extends Disposable, T>(
  folder: string,
  name: string,
  kind: { open(folder: string): F },
  erase: (file: F) => T,
): T | undefined {
  if (!existsSync(join(folder, name))) return undefined
  using file = kind.open(folder)
  return erase(file)
}

async function forgetLinks(folder: string, messages: readonly MessageOf[]): Promise<number> {
  using ledger = SqliteTrackingLedger.openExisting(folder)
  const keys = ledger && (await readKeys(folder, trackingKeys))
  return ledger && keys ? eraseTracking(messages, ledger, keys) : 0
}
