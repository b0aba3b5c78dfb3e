import { existsSync } from 'node:fs'
import { describePart, describeSubject, freezeCampaign, loadCampaign, printMoment, printWindow } from '../campaign/index.ts'
import { systemClock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import { json, visible } from '../escape.ts'
import { printCount, printNumber, printTable } from '../report/index.ts'
import { type Settings, loadSettings } from '../settings/index.ts'
import { SqliteTrackingLedger } from '../store/index.ts'
import { openRecipients } from './recipients.ts'
import { type CampaignLife, LifeReader } from './campaignLife.ts'
import { type Exit, exits } from './exit.ts'
import { readableDue } from './queueList.ts'
import { type TrackedCounts, publishCounts, readCounts, tellCounts } from './trackedCounts.ts'

/** Milliseconds over which it is counted how quickly a campaign goes out. */
const rateMs = 600_000

/** Reasons for which messages are held that are shown. */
const mostReasons = 5

interface Waiting {
  /** Messages in the last ten minutes. */
  readonly lately: number
  readonly held: readonly { readonly reason: string; readonly count: number }[]
}

/** Shows all that is known of one campaign, by its name or its file. */
export async function runCampaignShow(
  which: string,
  given: { readonly settings?: string; readonly json?: boolean },
): Promise<Exit> {
  const settings = await loadSettings(given.settings)
  using reader = LifeReader.open(settings.data)
  const now = systemClock.now()
  const life = await find(which, reader, settings, now)
  const more = { lately: reader.queue?.settledSince(life.name, now - rateMs) ?? 0, held: findHeld(reader, life) }
  using ledger = SqliteTrackingLedger.openExisting(settings.data)
  const counted = readCounts(ledger, life.frozen)
  const tracking = publishCounts(counted)
  if (given.json) process.stdout.write(`${json({ ...publishLife(life), ...publishWaiting(life, more, now), tracking })}\n`)
  else process.stdout.write(`${print(life, more, counted, now).join('\n')}\n`)
  return exits.fine
}

/** @throws SealpostError SP_USAGE where there is no such campaign, and no file */
async function find(which: string, reader: LifeReader, settings: Settings, now: number): Promise<CampaignLife> {
  if (reader.names().includes(which)) return reader.read(which, now)
  if (!existsSync(which))
    throw new SealpostError('SP_USAGE', {
      what: `There is no campaign, and no file, named ${visible(which, 200)}`,
      next: 'sealpost campaign list names those that there are.',
    })
  const campaign = await loadCampaign(which)
  using list = await openRecipients(campaign, settings)
  const { name, digest } = await freezeCampaign(campaign, list.digest)
  return reader.read(name, now, digest)
}

function findHeld(reader: LifeReader, { name, counts }: CampaignLife): Waiting['held'] {
  if (!counts?.held) return []
  const sums = new Map<string, number>()
  for (const { state, reason, count } of reader.queue?.outcomes(name) ?? [])
    if (state === 'held') sums.set(reason, (sums.get(reason) ?? 0) + count)
  return [...sums].map(([reason, count]) => ({ reason, count })).toSorted((one, other) => other.count - one.count)
}

/** When the last message that was not tried will have been, going on as in the last ten minutes; undefined where nobody can tell. */
function estimateEnd({ state, counts }: CampaignLife, lately: number, now: number): number | undefined {
  if (state !== 'sending' || lately === 0 || !counts?.waiting) return undefined
  return now + Math.ceil((counts.waiting / lately) * rateMs)
}

/** A campaign in JSON: what is not known or not so is null. */
export function publishLife(life: CampaignLife) {
  const { name, state, counts, frozen, preflight, startsAt, paused, cancelled, shutUntil } = life
  const time = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString())
  const stopped = (who: CampaignLife['paused']) => (who === undefined ? null : { at: time(who.at), by: who.by })
  return {
    campaign: name,
    state,
    level: frozen?.level ?? null,
    subject: frozen?.subject ?? null,
    subjects: frozen?.subjects ?? null,
    digest: frozen?.digest ?? preflight?.digest ?? null,
    startsAt: time(startsAt),
    zone: frozen?.startsAt?.zone ?? null,
    counts: counts === undefined ? null : { ...counts, nextAt: undefined },
    nextDue: counts?.nextAt === 0 ? 'now' : time(counts?.nextAt),
    pace: frozen?.pace ?? null,
    shutUntil: time(shutUntil),
    paused: stopped(paused),
    cancelled: stopped(cancelled),
    preflight: preflight === undefined ? null : { ...preflight, at: time(preflight.at) },
  }
}

function publishWaiting(life: CampaignLife, { lately, held }: Waiting, now: number) {
  const end = estimateEnd(life, lately, now)
  return { perHour: lately * (3_600_000 / rateMs), estimatedEnd: end === undefined ? null : new Date(end).toISOString(), held }
}

function print(life: CampaignLife, { lately, held }: Waiting, counted: TrackedCounts | undefined, now: number): string[] {
  const { name, state, counts, frozen, preflight, startsAt, paused, cancelled, shutUntil } = life
  const end = estimateEnd(life, lately, now)
  const zone = frozen?.startsAt?.zone ?? 'UTC'
  const by = (who: string): string => (who === '' ? '' : ` by ${visible(who, 100)}`)
  const rows: [string, string][] = []
  const add = (label: string, value: string | undefined): void => {
    if (value !== undefined) rows.push([label, value])
  }
  add('state', state)
  add('subject', frozen && visible(describeSubject(frozen), 400))
  add('goes to', frozen && visible(describePart(frozen) ?? 'all of its list', 400))
  add('level', frozen?.level)
  add('content', frozen && `frozen, SHA-256 ${frozen.digest}`)
  add(state === 'scheduled' ? 'begins' : 'began', startsAt === undefined ? undefined : printMoment({ at: startsAt, zone }))
  add('paused', paused && `${readableDue(paused.at)}${by(paused.by)}`)
  add('cancelled', cancelled && `${readableDue(cancelled.at)}${by(cancelled.by)}`)
  add(
    'messages',
    counts &&
      `${printNumber(counts.total)}: ${(['sent', 'held', 'deferred', 'failed', 'dropped', 'exported', 'waiting'] as const)
        .filter((each) => counts[each] > 0)
        .map((each) => `${printNumber(counts[each])} ${each}`)
        .join(', ')}`,
  )
  add('pace', frozen?.pace && printPace(frozen.pace))
  add(
    '',
    shutUntil === undefined
      ? undefined
      : `its window opens at ${printMoment({ at: shutUntil, zone: frozen?.pace?.window?.zone ?? 'UTC' })}`,
  )
  if (state === 'sending') add('rate', `${printNumber(lately * (3_600_000 / rateMs))} an hour (in the last ten minutes)`)
  add('ends', end === undefined ? undefined : `about ${readableDue(end)}, without what is held or put off`)
  add('next due', counts?.nextAt === undefined ? undefined : readableDue(counts.nextAt))
  add(
    'pre-flight',
    preflight &&
      `${readableDue(preflight.at)}: ${printCount(preflight.send, 'recipient')} can be sent to, ${printNumber(preflight.hold)} would be held, ${printNumber(preflight.later)} could not be tested, ${printNumber(preflight.fail)} would fail${frozen && frozen.digest !== preflight.digest ? ' (of other content)' : ''}`,
  )
  for (const { reason, count } of held.slice(0, mostReasons)) add('held', `${printNumber(count)}: ${visible(reason, 300)}`)
  if (held.length > mostReasons) add('', `… and for ${printNumber(held.length - mostReasons)} more reasons: --json has them`)
  const notes = counted ? tellCounts(counted, counts?.sent ?? 0, add) : []
  return [`Campaign ${visible(name, 100)}`, printTable(['', ''], rows).trimStart(), ...notes]
}

function printPace({ perHour, perMinute, window }: NonNullable<NonNullable<CampaignLife['frozen']>['pace']>): string {
  return [
    perHour === undefined ? '' : `at most ${printNumber(perHour)} an hour`,
    perMinute === undefined ? '' : `at most ${printNumber(perMinute)} a minute`,
    window === undefined ? '' : printWindow(window),
  ]
    .filter(Boolean)
    .join('; ')
}
