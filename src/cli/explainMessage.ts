import { type FrozenCampaign, parseFrozen } from '../campaign/index.ts'
import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import { decidePolicy } from '../policy/index.ts'
import { type FailureClass, type QueueLine, describeClass, failureClasses } from '../queue/index.ts'
import { printCount } from '../report/index.ts'
import type { Settings } from '../settings/index.ts'
import { type StoredCampaign, erasedPrefix } from '../store/index.ts'
import { readableDue } from './queueList.ts'

const stateWords: Readonly<Record<QueueLine['state'], string>> = {
  waiting: 'It waits for its turn, and was not tried yet.',
  deferred: 'It was tried and put off, and waits to be tried again.',
  held: 'It is held: its destination could not take it as it was demanded, and it waits rather than travel otherwise.',
  leased: 'It is in flight: a sender has it in hand now, or had when it was stopped; then the next run takes it up.',
  sent: 'It was sent: the server took it.',
  failed: 'It failed, and is not tried again.',
  dropped: 'It was taken out of the queue, and is not sent.',
  exported: 'It was held for too long, and is to be reached in another way: sealpost queue export writes a list of such.',
  suppressed: 'Its address gets no more mail, and so it is not sent.',
}

const endWords = { fail: 'it fails', drop: 'it is dropped', export: 'it is set aside for an export' } as const

/** A message in plain words: where it stands, why, and what comes next. */
export function explainMessage(line: QueueLine, stored: StoredCampaign | undefined, settings: Settings): readonly string[] {
  const frozen = stored && readFrozen(stored)
  return [
    `Message ${line.id} of campaign ${visible(line.campaign, 100)} to ${line.address.startsWith(erasedPrefix) ? 'somebody who was erased' : visible(line.address, 320)}`,
    `  ${stateWords[line.state]}`,
    `  ${describeAttempts(line)}`,
    ...(frozen ? [`  ${explainLevel(line, frozen)}`] : ['  Its campaign cannot be read: run sealpost queue check.']),
    ...explainLast(line),
    ...(stored ? explainNext(line, frozen, settings) : []),
  ]
}

function readFrozen({ frozen }: StoredCampaign): FrozenCampaign | undefined {
  try {
    return parseFrozen(frozen)
  } catch (error) {
    if (error instanceof SealpostError) return undefined
    throw error
  }
}

function describeAttempts({ attempts, firstTriedAt, updatedAt }: QueueLine): string {
  if (attempts === 0) return 'No attempt was made.'
  const first = firstTriedAt === undefined ? '' : `, the first ${readableDue(firstTriedAt)}`
  return `${printCount(attempts, 'attempt')}${first}; it stands so since ${readableDue(updatedAt)}.`
}

function explainLevel({ domain, level: released }: QueueLine, frozen: FrozenCampaign): string {
  const { level, reason } = decidePolicy({
    domain,
    campaign: frozen.level,
    domains: frozen.domains,
    // Neither the log-in, which is no part of what was frozen, nor what the domain publishes is looked at here.
    floor: 'TLSv1.2',
    login: false,
    sts: { kind: 'not-asked' },
    ...(released === undefined ? {} : { released }),
  })
  const more =
    frozen.route.kind === 'relay'
      ? 'the relay must also prove who it is where it is logged in to'
      : `what the domain demands comes on top: sealpost policy ${visible(domain, 253)} shows it`
  return `Demanded is ${level}: ${visible(reason)}; ${more}.${frozen.requireTls ? ' The campaign demands REQUIRETLS besides.' : ''}`
}

/** What was seen and said at the last attempt, and what that means. */
function explainLast(line: QueueLine): string[] {
  if (line.attempts === 0 && line.reason === '') return []
  const host = line.host === undefined ? '' : ` by ${visible(line.host, 253)}`
  const code = [line.code, line.enhanced === undefined ? undefined : visible(line.enhanced, 20)].filter(
    (part) => part !== undefined,
  )
  const lines = [`  The last word${host}: ${code.length > 0 ? `${code.join(' ')}: ` : ''}${visible(line.reason) || 'none'}`]
  if (line.verdict !== 'not-tested')
    lines.push(
      `  The connection was ${visible(line.verdict, 40)}${line.tls === undefined ? '' : ` (${visible(line.tls, 100)})`}.`,
    )
  if (isFailureClass(line.class)) {
    const { means, next } = describeClass(line.class)
    lines.push(`  Class ${line.class}: ${means}`, `  What to do: ${next}`)
  }
  return lines
}

function isFailureClass(text: string | undefined): text is FailureClass {
  return (failureClasses as readonly (string | undefined)[]).includes(text)
}

function explainNext(
  { state, due, begunAt, updatedAt }: QueueLine,
  frozen: FrozenCampaign | undefined,
  { delivery }: Settings,
): string[] {
  if (due === undefined) return []
  const again = due === 0 ? 'It is due now: the next run tries it.' : `It is due ${readableDue(due)}.`
  if (state === 'waiting') return [`  ${again} What was not tried is never given up.`]
  const held = { ...delivery.held, ...frozen?.held }
  const [until, then] = state === 'held' ? [held.until, endWords[held.then]] : [delivery.giveUp, endWords.fail]
  return [`  ${again}`, `  If nothing changes by ${readableDue((begunAt ?? updatedAt) + until)}, ${then} after one more try.`]
}
