import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseFrozen, parseMoment } from '../campaign/index.ts'
import { systemClock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import { json, visible } from '../escape.ts'
import type { ActLeaf } from '../evidence/index.ts'
import {
  type RecordSource,
  type RecordedAct,
  type RecordedCampaign,
  type RecordedSession,
  type SentRecord,
  buildRecord,
  printRecord,
  printRecordCsv,
  printRecordPage,
} from '../report/index.ts'
import { loadSettings } from '../settings/index.ts'
import { OpeningsReader, OrderBook, QueueReader } from '../store/index.ts'
import { type Exit, exits } from './exit.ts'
import { readEvidence } from './report.ts'
import { software } from './version.ts'

export interface RecordArguments {
  readonly campaign?: string
  readonly since?: string
  readonly until?: string
  readonly format: 'text' | 'json' | 'csv' | 'html'
  readonly settings?: string
}

const hour = 3_600_000

/** What the evidence has of a campaign or a period, verified first. */
export async function runRecord(folder: string, given: RecordArguments): Promise<Exit> {
  const record = await readRecord(folder, given)
  process.stdout.write(print(record, given.format))
  return record.evidence.status === 'intact' && record.delivered.plaintext === 0 ? exits.fine : exits.below
}

function print(record: SentRecord, format: RecordArguments['format']): string {
  switch (format) {
    case 'text':
      return printRecord(record, process.stdout.columns)
    case 'csv':
      return printRecordCsv(record)
    case 'html':
      return printRecordPage(record)
    case 'json':
      return `${json(record)}\n`
  }
}

async function readRecord(folder: string, given: RecordArguments): Promise<SentRecord> {
  const { record: words } = await loadSettings(given.settings)
  const since = given.since === undefined ? undefined : readTime('--since', given.since)
  const until = given.until === undefined ? undefined : readTime('--until', given.until)
  if (since !== undefined && until !== undefined && until <= since)
    throw new SealpostError('SP_USAGE', { where: '--until', what: 'It is not after --since' })
  using openings = OpeningsReader.open(folder)
  if (!openings) {
    const what = 'There is nothing recorded in this folder'
    throw new SealpostError('SP_LOG_MISSING', { where: folder, what })
  }
  using store = QueueReader.open(folder)
  if (given.campaign !== undefined) requireCampaign(store, folder, given.campaign)
  const choice = {
    ...(given.campaign === undefined ? {} : { campaign: given.campaign }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  }
  const acts: ActLeaf[] = []
  const evidence = await readEvidence(folder, store.checkpoint(), (act) => acts.push(act))
  const attempts = openings.counts(choice)
  const span = openings.span(choice)
  const step = chooseStep(span ? span.last - span.first : 0)
  const names = new Set(attempts.map(({ campaign }) => campaign))
  if (given.campaign !== undefined) names.add(given.campaign)
  return buildRecord({
    since: since ?? null,
    until: until ?? null,
    now: systemClock.now(),
    software,
    campaigns: store
      .campaignNames()
      .filter((name) => names.has(name))
      .flatMap((name) => describeCampaign(store, name)),
    attempts,
    sessions: sessionsOf(openings, { attempts, ...choice }),
    step,
    delivered: openings.delivered(choice, step),
    span,
    acts: describeActs(folder, acts, choice),
    words: {
      controller: words.controller ?? null,
      officer: words.officer ?? null,
      purpose: words.purpose ?? null,
      retention: words.retention ?? null,
    },
    evidence,
  })
}

/** Milliseconds that are counted together: as much as makes a hundred columns or so of the whole. */
function chooseStep(length: number): number {
  const steps = [1_000, 10_000, 60_000, 600_000, hour]
  return steps.find((step) => length / step <= 120) ?? 24 * hour
}

/** `2026-11-01`, where a day begins in UTC, or a time with its zone. */
function readTime(option: string, text: string): number {
  const day = /^\d{4}-\d\d-\d\d$/.test(text.trim())
  const moment = parseMoment(day ? `${text.trim()}T00:00Z` : text)
  if (moment.kind === 'moment') return moment.at
  throw new SealpostError('SP_USAGE', {
    where: `${option} ${visible(text, 100)}`,
    what: `This time cannot be taken: ${moment.why}`,
    next: `Write it as in ${option} 2026-11-01, or ${option} "2026-11-01 09:00 Europe/Berlin".`,
  })
}

function requireCampaign(store: QueueReader, folder: string, name: string): void {
  if (store.campaign(name)) return
  const names = store.campaignNames()
  throw new SealpostError('SP_USAGE', {
    where: folder,
    what: `There is no campaign named ${visible(name, 100)}`,
    next: names.length === 0 ? 'Run sealpost send first.' : `There are: ${names.join(', ')}.`,
  })
}

function describeCampaign(store: QueueReader, name: string): readonly RecordedCampaign[] {
  const stored = store.campaign(name)
  if (!stored) return []
  const { from, subject, level } = parseFrozen(stored.frozen)
  const [first] = store.addressees(name, 1)
  const row = first && store.rowOf(first.id)
  return [
    {
      name,
      from,
      subject,
      level,
      startedAt: new Date(stored.createdAt).toISOString(),
      recipients: stored.intake.accepted,
      columns: row ? Object.keys(JSON.parse(row.columns) as object) : [],
      outcomes: store.outcomes(name),
    },
  ]
}

/** The sessions that the attempts name, and those of the time over which nothing was handed over. */
function* sessionsOf(
  openings: OpeningsReader,
  {
    attempts,
    campaign,
    since,
    until,
  }: Pick<RecordSource, 'attempts'> & { readonly campaign?: string; readonly since?: number; readonly until?: number },
): Generator<RecordedSession> {
  const named = new Set(attempts.map(({ session }) => session))
  for (const { leaf, peer, port, level, verdict, cause, decision, tls, time } of openings.sessions()) {
    // A session is of no campaign: what it was opened for and not used is told of the period alone.
    const idle = campaign === undefined && (since === undefined || time >= since) && (until === undefined || time < until)
    if (!named.has(leaf) && !idle) continue
    yield { leaf, host: peer.host, port, level, verdict, cause, decision, tls }
  }
}

/** Acts of the time, and of the campaign where they name one, with who ordered them as far as the book of orders still has it. */
function describeActs(
  folder: string,
  acts: readonly ActLeaf[],
  { campaign, since, until }: { readonly campaign?: string; readonly since?: number; readonly until?: number },
): readonly RecordedAct[] {
  using book = existsSync(join(folder, 'control.db')) ? OrderBook.open(folder) : undefined
  return acts
    .filter(({ time, detail }) => {
      const at = Date.parse(time)
      const within = (since === undefined || at >= since) && (until === undefined || at < until)
      return within && (campaign === undefined || detail['campaign'] === undefined || detail['campaign'] === campaign)
    })
    .map(({ time, act, detail }) => ({
      time,
      act,
      detail,
      by: (typeof detail['order'] === 'string' ? book?.orderedBy(detail['order']) : undefined) ?? null,
    }))
}
