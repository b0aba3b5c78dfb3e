import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type ReadOptions, type Reading, readBounces, readReturnPathKey, withholdWrites } from '../bounce/index.ts'
import { systemClock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import { json, visible } from '../escape.ts'
import { type StoredMessage, readMailbox, requireMailbox } from '../mailbox/index.ts'
import { printCount } from '../report/index.ts'
import { loadSettings } from '../settings/index.ts'
import { QueueReader, SqliteBounceLedger, SqliteSuppressionList, ledgerName } from '../store/index.ts'
import { type Exit, exits } from './exit.ts'
import { readKeys } from '../keys.ts'
import { unsubscribeKeys } from '../unsubscribe/index.ts'
import { createLinkedMessages } from './linkedMessages.ts'
import { createSentMessages } from './sentMessages.ts'

export interface BouncesArguments {
  readonly settings?: string
  readonly json?: boolean
  readonly dryRun?: boolean
}

/** Reads mailboxes of bounces and complaints, and does what follows. */
export async function runBouncesRead(mailboxes: readonly string[], given: BouncesArguments): Promise<Exit> {
  const { data } = await loadSettings(given.settings)
  if (!existsSync(join(data, 'queue.db')))
    throw new SealpostError('SP_FILE_MISSING', {
      where: join(data, 'queue.db'),
      what: 'No campaign was sent from this data folder, so nothing can come back',
      next: 'Run it where the settings name the data folder of the campaign (data), or name them with --settings.',
    })
  for (const path of mailboxes) await requireMailbox(path)
  await using stack = new AsyncDisposableStack()
  const options = given.dryRun ? await openToLook(data, stack) : await openToAct(data, stack)
  // Awaited here: what is open is closed when this function is left.
  return await tell(readBounces(readAll(mailboxes), options), given)
}

/** Beside a campaign that is being sent: what it is written to is shared. */
async function openToAct(data: string, stack: AsyncDisposableStack): Promise<ReadOptions> {
  const queue = stack.use(QueueReader.open(data))
  const suppressions = stack.use(SqliteSuppressionList.open(data))
  const ledger = stack.use(SqliteBounceLedger.open(data))
  const key = await readReturnPathKey(data)
  const unsubscribe = await openLinks(data, queue)
  return { key, ledger, unsubscribe, messages: createSentMessages(queue), suppressions, now: () => systemClock.now() }
}

/** Beside a campaign that is being sent, too: nothing is locked, and nothing written. */
async function openToLook(data: string, stack: AsyncDisposableStack): Promise<ReadOptions> {
  const queue = stack.use(QueueReader.open(data))
  const ledger = existsSync(join(data, ledgerName)) ? stack.use(SqliteBounceLedger.open(data)) : undefined
  const key = await readReturnPathKey(data)
  const unsubscribe = await openLinks(data, queue)
  return { key, unsubscribe, messages: createSentMessages(queue), now: () => systemClock.now(), ...withholdWrites(ledger) }
}

async function openLinks(data: string, queue: QueueReader): Promise<ReadOptions['unsubscribe']> {
  const keys = await readKeys(data, unsubscribeKeys)
  return keys && { keys: async () => keys, messages: createLinkedMessages(() => queue) }
}

async function* readAll(mailboxes: readonly string[]): AsyncGenerator<StoredMessage> {
  for (const path of mailboxes) yield* readMailbox(path)
}

interface Tally {
  read: number
  bounces: number
  complaints: number
  autoReplies: number
  unsubscribes: number
  unknown: number
  unreadable: number
  readBefore: number
  suppressed: number
  counted: number
}

async function tell(readings: AsyncIterable<Reading>, given: BouncesArguments): Promise<Exit> {
  const tally: Tally = {
    read: 0,
    bounces: 0,
    complaints: 0,
    autoReplies: 0,
    unsubscribes: 0,
    unknown: 0,
    unreadable: 0,
    readBefore: 0,
    suppressed: 0,
    counted: 0,
  }
  // Written as they come: a mailbox may hold a million.
  let separator = '{\n"messages": [\n'
  for await (const reading of readings) {
    count(reading, tally)
    if (reading.kind === 'read-before') continue
    if (given.json) process.stdout.write(separator + json(publish(reading)))
    else if (reading.kind !== 'auto-reply') process.stdout.write(`${describe(reading, given.dryRun === true)}\n`)
    separator = ',\n'
  }
  if (given.json) {
    const start = separator === ',\n' ? '' : separator
    process.stdout.write(`${start}\n],\n"dryRun": ${given.dryRun === true},\n"summary": ${json(tally)}\n}\n`)
  } else process.stdout.write(`${summarize(tally, given.dryRun === true)}\n`)
  return tally.unreadable > 0 ? exits.untested : exits.fine
}

function count({ kind, consequence, left }: Reading, tally: Tally): void {
  if (kind === 'read-before') {
    tally.readBefore += 1
    return
  }
  tally.read += 1
  const names = {
    'delivery-report': 'bounces',
    'feedback-report': 'complaints',
    'auto-reply': 'autoReplies',
    unsubscribe: 'unsubscribes',
    unknown: 'unknown',
    unreadable: 'unreadable',
  } as const
  tally[names[kind]] += 1
  if (consequence?.kind === 'suppress' || left) tally.suppressed += 1
  if (consequence?.kind === 'note' && consequence.note.weight === 'soft') tally.counted += 1
}

/** A reading for programs. */
function publish({ place, kind, message, signed, left, consequence, detail }: Reading): object {
  const note = consequence === undefined || consequence.kind === 'nothing' ? undefined : consequence.note
  return {
    place,
    kind,
    address: message?.address ?? left?.addressKey ?? null,
    campaign: message?.campaign ?? left?.campaign ?? null,
    message: message?.id ?? left?.id ?? null,
    signed,
    consequence: left ? 'suppress' : (consequence?.kind ?? null),
    why: consequence?.why ?? null,
    weight: note?.weight ?? null,
    status: note?.status ?? null,
    at: note === undefined ? null : new Date(note.at).toISOString(),
    detail: note?.detail ?? detail,
  }
}

function describe({ place, message, left, consequence, detail }: Reading, dryRun: boolean): string {
  const where = visible(place, 200)
  if (left)
    return `${where}: ${visible(left.addressKey)} (${visible(left.campaign, 100)}) ${dryRun ? 'would be suppressed' : 'suppressed'}, the recipient unsubscribed by mail`
  if (!consequence) return `${where}: left alone, ${detail}`
  if (!message || consequence.kind === 'nothing') return `${where}: nothing to do, ${consequence.why}`
  const done = consequence.kind === 'suppress' ? (dryRun ? 'would be suppressed' : 'suppressed') : 'kept'
  return `${where}: ${visible(message.address)} (${visible(message.campaign, 100)}) ${done}, ${consequence.why}\n  ${consequence.note.detail}`
}

function summarize(tally: Tally, dryRun: boolean): string {
  const lines = [
    `${printCount(tally.read, 'message')}: ${printCount(tally.bounces, 'delivery report')}, ${printCount(tally.complaints, 'complaint')}, ${printCount(tally.autoReplies, 'automatic answer')}, ${tally.unsubscribes > 0 ? `${printCount(tally.unsubscribes, 'request')} to unsubscribe, ` : ''}${tally.unknown} of another kind, ${tally.unreadable} that could not be read.`,
    `${printCount(tally.suppressed, 'address', 'addresses')} ${dryRun ? 'would get' : tally.suppressed === 1 ? 'gets' : 'get'} no more mail; ${printCount(tally.counted, 'bounce')} counted that may pass.`,
  ]
  if (tally.readBefore > 0)
    lines.push(
      `${printCount(tally.readBefore, 'message')} passed over that ${tally.readBefore === 1 ? 'was' : 'were'} read before.`,
    )
  return lines.join('\n')
}
