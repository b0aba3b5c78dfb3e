import type { Clock } from '../clock.ts'
import { type FrozenCampaign, parseFrozen } from '../campaign/index.ts'
import { SealpostError } from '../errors.ts'
import { type Row, addressKey, countRows } from '../list/index.ts'
import { printNumber } from '../report/index.ts'
import type { SuppressionList } from '../queue/index.ts'
import { leaveOut } from './leaveOut.ts'
import type { IncomingRow, Intake, QueueDatabase } from '../store/index.ts'

/** Reads the list through before anything is made on disk, and counts: what is wrong in its last line is found here too. */
export async function requireRecipients(
  rows: AsyncIterable<Row>,
  path: string,
  see: (row: Row) => void = () => undefined,
): Promise<number> {
  const { recipient } = await countRows(watch(rows, see), { add: () => undefined })
  if (recipient === 0)
    throw new SealpostError('SP_LIST_NO_RECIPIENT', {
      where: path,
      next: 'sealpost preflight names the rows and what is wrong with them.',
    })
  return recipient
}

async function* watch(rows: AsyncIterable<Row>, see: (row: Row) => void): AsyncGenerator<Row, void> {
  for await (const row of rows) {
    see(row)
    yield row
  }
}

function describeChange(before: FrozenCampaign, now: FrozenCampaign): SealpostError {
  const parts = {
    list: 'listSha256',
    from: 'from',
    sender: 'sender',
    'reply address': 'replyTo',
    subject: 'subject',
    subjects: 'subjects',
    segment: 'segment',
    split: 'split',
    preheader: 'preheader',
    'column of names': 'toName',
    text: 'text',
    html: 'html',
    partials: 'partials',
    'pictures and attachments': 'attachments',
    'List-Id': 'listId',
    'Feedback-ID': 'feedbackId',
    headers: 'headers',
    level: 'level',
    domains: 'domains',
    route: 'route',
    'what becomes of held messages': 'held',
    REQUIRETLS: 'requireTls',
    'delivery reports': 'dsn',
    'bounce address': 'bounces',
    'addresses that it leaves from': 'source',
    'how recipients leave': 'unsubscribe',
    'what is counted': 'tracking',
  } as const
  const changed = Object.entries(parts).flatMap(([name, key]) =>
    JSON.stringify(before[key]) === JSON.stringify(now[key]) ? [] : [name],
  )
  return new SealpostError('SP_CAMPAIGN_CHANGED', {
    where: now.name,
    what: `The campaign was changed after it was started (${changed.join(', ') || 'its form'})`,
    next: 'Put it back as it was to go on with it. Under a new name it is a new campaign, and goes to everybody on its list again.',
  })
}

/** What it takes to take a campaign in. */
export interface IntakeHands {
  readonly store: QueueDatabase
  readonly clock: Clock
  readonly suppressions: Pick<SuppressionList, 'isSuppressed'>
}

/** Takes the campaign into the store, due at its time; undefined where it is there already and unchanged. */
export async function takeIn(
  frozen: FrozenCampaign,
  rows: AsyncIterable<Row>,
  { store, clock, suppressions }: IntakeHands,
  onTaken: (count: number) => void,
): Promise<Intake | undefined> {
  const known = store.campaign(frozen.name)
  const { name, digest, startsAt } = frozen
  if (known) {
    const before = parseFrozen(known.frozen)
    if (before.digest !== digest) throw describeChange(before, frozen)
    await keepTerms(before, frozen, store)
    return undefined
  }
  const now = clock.now()
  const later = startsAt !== undefined && startsAt.at > now
  return store.accept(
    {
      name,
      digest,
      frozen: JSON.stringify(frozen),
      createdAt: later ? startsAt.at : now,
      ...(later ? { due: startsAt.at } : {}),
    },
    leaveOut(incoming(rows, onTaken), suppressions, frozen.unsubscribe?.list),
  )
}

/** Pace and log-in hold as the file has them now; when it begins is changed by `sealpost campaign schedule` alone. */
async function keepTerms(before: FrozenCampaign, now: FrozenCampaign, store: QueueDatabase): Promise<void> {
  const { startsAt: _, ...rest } = now
  const json = JSON.stringify({ ...rest, ...(before.startsAt === undefined ? {} : { startsAt: before.startsAt }) })
  if (json !== JSON.stringify(before)) await store.amend(now.name, now.digest, json)
}

async function* incoming(rows: AsyncIterable<Row>, onTaken: (count: number) => void): AsyncGenerator<IncomingRow> {
  let taken = 0
  for await (const row of rows) {
    if (row.kind === 'invalid') yield row
    else {
      onTaken(++taken)
      yield {
        kind: 'recipient',
        address: row.address.text,
        addressKey: addressKey(row.address),
        domain: row.address.domain,
        columns: row.columns,
      }
    }
  }
}

/** Names the rows that were left out, on stderr. */
export function tellIntake(intake: Intake, path: string): void {
  if (intake.invalid === 0) return
  process.stderr.write(`${printNumber(intake.invalid)} rows of ${path} were left out:\n`)
  for (const row of intake.sample.slice(0, 5)) process.stderr.write(`  line ${row.line}: ${row.why}\n`)
  if (intake.invalid > 5) process.stderr.write(`  … sealpost preflight --json names more\n`)
}
