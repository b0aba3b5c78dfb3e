import { join } from 'node:path'
import { json, visible } from '../escape.ts'
import { systemClock } from '../clock.ts'
import { parseFrozen } from '../campaign/index.ts'
import { SealpostError } from '../errors.ts'
import { printCount } from '../report/index.ts'
import { recoverQueue } from '../queue/index.ts'
import { type Settings, loadSettings } from '../settings/index.ts'
import { type Damage, QueueDatabase, QueueReader, checkQueue } from '../store/index.ts'
import { closeEvidence, openEvidence } from './evidence.ts'
import { type Exit, exits } from './exit.ts'
import { verifyOwn } from './verify.ts'
import { software } from './version.ts'

export interface QueueCheckArguments {
  readonly settings?: string
  readonly repair?: boolean
  readonly json?: boolean
}

/** What was found, of the queue and of what belongs to it. */
interface Found {
  readonly kind: Damage['kind'] | 'evidence'
  readonly where: string
  readonly what: string
}

/** What is mended without anything having to be guessed. */
const mendable: readonly Found['kind'][] = ['due', 'unfinished']

/** Looks through the queue, its campaigns and the evidence beside it, and names what is damaged. */
export async function runQueueCheck(given: QueueCheckArguments): Promise<Exit> {
  const settings = await loadSettings(given.settings)
  const { data } = settings
  const before = await find(data)
  const mends = given.repair && before.some(({ kind }) => mendable.includes(kind))
  if (mends) await repair(settings, before)
  const found = mends ? await find(data) : before
  const mended = before.length - found.length
  if (given.json) process.stdout.write(`${json({ sound: found.length === 0, mended, damages: found })}\n`)
  else process.stdout.write(print(found, mended))
  return found.length === 0 ? exits.fine : exits.below
}

async function find(folder: string): Promise<readonly Found[]> {
  const damages = checkQueue(folder)
  // What SQLite finds damaged may give anything when it is read.
  if (damages.some(({ kind }) => kind === 'file')) return damages
  return [...damages, ...findChanged(folder), ...(await findEvidence(folder))]
}

/** Campaigns that are not what was frozen: nobody may be sent what was put into the file meanwhile. */
function findChanged(folder: string): Found[] {
  using reader = QueueReader.open(folder)
  return reader.campaignNames().flatMap((name): Found[] => {
    const stored = reader.campaign(name)
    if (!stored) return []
    try {
      const { digest } = parseFrozen(stored.frozen)
      return digest === stored.digest ? [] : [{ kind: 'campaign', where: name, what: 'its digest is of another campaign' }]
    } catch (error) {
      if (error instanceof SealpostError) return [{ kind: 'campaign', where: name, what: error.what }]
      throw error
    }
  })
}

async function findEvidence(folder: string): Promise<Found[]> {
  using reader = QueueReader.open(folder)
  const held = reader.checkpoint()
  const of = (what: string, where = ''): Found[] => [{ kind: 'evidence', where: join('evidence', where), what }]
  try {
    const { verification } = await verifyOwn(folder, held)
    return verification.kind === 'failed' ? of(verification.why, verification.where) : []
  } catch (error) {
    if (!(error instanceof SealpostError)) throw error
    // Nothing was sent yet.
    if (error.code === 'SP_LOG_MISSING' && !held) return []
    return of(error.what)
  }
}

async function repair(settings: Settings, found: readonly Found[]): Promise<void> {
  await using store = await QueueDatabase.open(settings.data)
  await store.repair()
  const has = (wanted: Found['kind']): boolean => found.some(({ kind }) => kind === wanted)
  // What the evidence has as delivered must not go back in line, and one that is damaged does not say.
  if (!has('unfinished') || has('evidence')) return
  const log = await openEvidence(settings, store)
  try {
    await recoverQueue({ store, recorder: log, clock: systemClock, software })
  } finally {
    await closeEvidence(log, store)
  }
}

function print(found: readonly Found[], mended: number): string {
  const lines = mended > 0 ? [`${printCount(mended, 'damage')} mended.`] : []
  if (found.length === 0)
    return `${[...lines, 'SOUND: the queue is whole, its campaigns are as they were frozen, and the evidence log holds.'].join('\n')}\n`
  lines.push(
    'DAMAGED:',
    ...found.map(
      ({ kind, where, what }) =>
        `  ${kind}: ${visible(where, 200)}: ${visible(what)}${mendable.includes(kind) ? ' (--repair mends it)' : ''}`,
    ),
  )
  if (found.some(({ kind }) => !mendable.includes(kind)))
    lines.push(
      'What --repair does not mend is mended by no guess: put a copy back with sealpost queue restore, or the data folder from a backup.',
    )
  return `${lines.join('\n')}\n`
}
