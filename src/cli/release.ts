import { existsSync } from 'node:fs'
import { systemClock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import type { HostRecord } from '../policy/index.ts'
import type { Settings } from '../settings/index.ts'
import { QueueDatabase, SqliteHostMemory } from '../store/index.ts'
import { closeEvidence, openEvidence } from './evidence.ts'
import { type Exit, exits } from './exit.ts'
import { software } from './version.ts'

/** Tells which hosts offered STARTTLS once and do not any more; 1 where one of them holds mail back. */
export function listSuspected(settings: Settings): Exit {
  using memory = openMemory(settings)
  const gone = memory.listGone()
  for (const { host, offeredAt, goneSince, tries, releasedAt } of gone) {
    const state = releasedAt === undefined ? 'suspected' : `released on ${dayOf(releasedAt)}`
    process.stdout.write(
      `${visible(host)}: ${state}; STARTTLS until ${dayOf(offeredAt)}, missing since ${dayOf(goneSince ?? offeredAt)}, ${tries} tries\n`,
    )
  }
  if (gone.length === 0) process.stdout.write('No host is suspected of a downgrade.\n')
  return gone.some(({ releasedAt }) => releasedAt === undefined) ? exits.below : exits.fine
}

/**
 * A person says that hosts gave STARTTLS up; what the memory of them held back goes on. The evidence says so before it
 * has any effect: who reads there that a message went in the clear finds why it was let.
 *
 * @throws SealpostError SP_STORE_IN_USE while a campaign is sent from the same folder, as the log has one writer
 */
export async function releaseHosts(hosts: readonly string[], settings: Settings): Promise<Exit> {
  using memory = openMemory(settings)
  const suspected = hosts.flatMap((host) => memory.find(host) ?? []).filter(({ goneSince }) => goneSince !== undefined)
  if (suspected.length > 0) await recordRelease(suspected, settings)
  let missing = false
  for (const host of hosts) {
    const done = memory.release(host)
    missing ||= !done
    process.stdout.write(
      `${visible(host)}: ${done ? 'released: what it gives now is taken as its own' : 'not suspected of a downgrade'}\n`,
    )
  }
  return missing ? exits.below : exits.fine
}

async function recordRelease(hosts: readonly HostRecord[], settings: Settings): Promise<void> {
  // It is the store's lock that keeps a second writer from the log.
  await using store = await QueueDatabase.open(settings.data)
  const log = await openEvidence(settings, store)
  try {
    for (const { host, offeredAt, goneSince, tries } of hosts) {
      const missing = new Date(goneSince ?? offeredAt).toISOString()
      // A domain of one person names that person, and so does its server.
      const named = settings.evidence.domains === 'clear' ? { host } : {}
      const detail = { ...named, offered: new Date(offeredAt).toISOString(), missing, tries, software }
      log.act({ act: 'host-released', detail })
    }
    await log.flush()
  } finally {
    await closeEvidence(log, store)
  }
}

function openMemory({ data }: Settings): SqliteHostMemory {
  if (!existsSync(data)) {
    const what = 'There is no data folder, and so no memory of hosts'
    throw new SealpostError('SP_FILE_MISSING', { where: data, what })
  }
  return SqliteHostMemory.open(data, systemClock)
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
