import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Campaign, parseFrozen, printMoment } from '../campaign/index.ts'
import { SealpostError } from '../errors.ts'
import { QueueDatabase, QueueReader } from '../store/index.ts'

/** Says of each campaign whose time has not come when that is. */
export function findScheduled(campaigns: readonly Campaign[], folder: string, now: number): readonly string[] {
  using reader = openReader(folder)
  return campaigns.flatMap(({ name, startsAt }) => {
    const known = reader?.campaign(name)
    const at = known ? known.createdAt : startsAt?.at
    if (at === undefined || at <= now) return []
    const zone = known ? parseFrozen(known.frozen).startsAt?.zone : startsAt?.zone
    return [`Campaign ${name} is scheduled for ${printMoment({ at, zone: zone ?? 'UTC' })}.`]
  })
}

/** Brings a queue of an older version up to date, or one that a killed process left empty: it is then read like any other. */
export async function bringUpToDate(folder: string): Promise<void> {
  if (!existsSync(join(folder, 'queue.db'))) return
  using reader = openReader(folder)
  if (reader) return
  await using _ = await QueueDatabase.open(folder)
}

/** A queue that cannot be read, or is of an older version, is the matter of who opens it to send. */
export function openReader(folder: string): QueueReader | undefined {
  try {
    return existsSync(join(folder, 'queue.db')) ? QueueReader.open(folder) : undefined
  } catch (error) {
    if (error instanceof SealpostError) return undefined
    throw error
  }
}
