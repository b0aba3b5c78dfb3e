import { visible } from '../escape.ts'
import type { RecipientStatus } from '../dsn/index.ts'
import type { SuppressionReason } from '../queue/index.ts'
import type { Report } from './inbound.ts'
import type { BounceNote, SentMessage } from './ledger.ts'
import { isSameMailbox } from './recipient.ts'
import { type Standing, judgeStatus } from './standing.ts'
import type { Tie } from './tie.ts'

/** What follows from a report. */
export type Consequence =
  | {
      readonly kind: 'suppress'
      readonly reason: Extract<SuppressionReason, 'bounce' | 'complaint'>
      readonly note: BounceNote
      readonly why: string
    }
  /** Kept, and counted where its weight is `soft`. */
  | { readonly kind: 'note'; readonly note: BounceNote; readonly why: string }
  | { readonly kind: 'nothing'; readonly why: string }

export interface Circumstances {
  readonly report: Report
  readonly tie: Tie
  /** The message that the tie names, if there is one. */
  readonly message: SentMessage | undefined
  /** Of the same address. */
  readonly softBounces: readonly BounceNote[]
  /** Milliseconds since the epoch. */
  readonly now: number
}

const day = 86_400_000

/**
 * How often and for how long mail must come back before an address that may be well is given up: three messages, over a
 * week, within a quarter of a year. Our own rule, there is no standard for it: a full mailbox or a broken server is mended
 * within days or not at all, and a single campaign cannot bring it about.
 */
export const softRule = { messages: 3, overMs: 7 * day, withinMs: 90 * day } as const

/** RFC 5965 7.3: what a recipient complains of. `opt-out` was in its drafts, and says what it wants. */
const complaints = ['abuse', 'fraud', 'opt-out', 'opt-out-list']

/**
 * The one place that says what a report means for an address. Suppressed is the address that our message went to and no
 * other, whatever the report names: who forges one can harm nobody but himself.
 */
export function decideBounce(circumstances: Circumstances): Consequence {
  const { report, tie, message } = circumstances
  if (tie.kind === 'none') return nothing('it names no message of ours')
  if (!message?.tried) return nothing('the message it names is not one that was sent from here')
  if (tie.kind === 'named' && !message.digest.startsWith(tie.digest))
    return nothing('the message it names is of another campaign')
  return report.kind === 'feedback-report'
    ? decideComplaint(report, tie, message, circumstances.now)
    : decideFailure(report, tie, message, circumstances)
}

type Tied = Exclude<Tie, { kind: 'none' }>

function decideComplaint(
  report: Extract<Report, { kind: 'feedback-report' }>,
  tie: Tied,
  message: SentMessage,
  now: number,
): Consequence {
  if (!complaints.includes(report.type)) return nothing(`it reports ${report.type}, which is no complaint of a recipient`)
  // Who has one message of a campaign can guess the Message-ID of another, but not whom it went to.
  if (tie.kind === 'named' && !report.recipients.some((address) => isSameMailbox(address, message.address)))
    return nothing('it bears no signature of ours and does not say who complained; look at it yourself')
  const note = takeNote(tie, message, 'complaint', now, report.type, `complaint (${report.type})`)
  return { kind: 'suppress', reason: 'complaint', note, why: 'the recipient complained' }
}

function decideFailure(
  report: Extract<Report, { kind: 'delivery-report' }>,
  tie: Tied,
  message: SentMessage,
  { softBounces, now }: Circumstances,
): Consequence {
  const own = report.recipients.filter((one) =>
    [one.original, one.final].some((address) => isSameMailbox(address, message.address)),
  )
  if (own.length === 0 && tie.kind === 'named') return nothing('it bears no signature of ours and names another recipient')
  // Behind an alias or a forward it is another address that failed; ours takes mail still.
  const forwarded = own.length === 0
  const failed = (forwarded ? report.recipients : own).filter(({ action }) => action === 'failed')
  const [worst] = failed.toSorted(
    (one, other) => order.indexOf(judgeStatus(one.status)) - order.indexOf(judgeStatus(other.status)),
  )
  if (!worst) return nothing(`the message is ${(forwarded ? report.recipients : own)[0]?.action ?? 'under way'}`)
  const standing = judgeStatus(worst.status)
  const detail = describe(worst)
  const at = tie.kind === 'signed' ? clampTime(worst.lastAttemptAt ?? readDate(report), message.createdAt, now) : now
  if (standing === 'refused')
    return {
      kind: 'note',
      note: takeNote(tie, message, 'refused', at, worst.status, detail),
      why: 'the message was refused, not the address',
    }
  if (standing === 'gone' && tie.kind === 'signed' && !forwarded)
    return {
      kind: 'suppress',
      reason: 'bounce',
      note: takeNote(tie, message, 'hard', at, worst.status, detail),
      why: 'the address takes no mail',
    }
  const note = takeNote(tie, message, 'soft', at, worst.status, detail)
  const weak = standing === 'passing' ? '' : forwarded ? ', behind a forward' : ', without a signature of ours'
  const counted = countSoft([...softBounces.filter(({ messageId }) => messageId !== message.id), note])
  if (counted.messages >= softRule.messages && counted.overMs >= softRule.overMs)
    return {
      kind: 'suppress',
      reason: 'bounce',
      note,
      why: `${counted.messages} messages came back over ${Math.floor(counted.overMs / day)} days${weak}`,
    }
  return { kind: 'note', note, why: `counted${weak}: ${counted.messages} of ${softRule.messages}` }
}

const order: readonly Standing[] = ['gone', 'passing', 'refused']

function countSoft(notes: readonly BounceNote[]): { readonly messages: number; readonly overMs: number } {
  const last = Math.max(...notes.map(({ at }) => at))
  const times = notes.map(({ at }) => at).filter((at) => last - at <= softRule.withinMs)
  return { messages: times.length, overMs: last - Math.min(...times) }
}

function takeNote(
  tie: Tied,
  message: SentMessage,
  weight: BounceNote['weight'],
  at: number,
  status: string | undefined,
  detail: string,
): BounceNote {
  const { id, campaign, addressKey } = message
  return { messageId: id, campaign, addressKey, weight, signed: tie.kind === 'signed', at, status, detail }
}

function describe({ status, diagnostic }: RecipientStatus): string {
  const words = [status, diagnostic?.slice(0, 1000).replace(/\s+/g, ' ')].filter((one) => one !== undefined && one !== '')
  return visible(words.join(' ') || 'no reason was given', 300)
}

function readDate({ fields }: Report): number | undefined {
  const time = Date.parse(fields.find(({ name }) => name === 'date')?.value.slice(0, 100) ?? '')
  return Number.isNaN(time) ? undefined : time
}

/** A report's own time is believed between the campaign's start and now: who has the signature can only lengthen his own. */
function clampTime(time: number | undefined, least: number, most: number): number {
  return time === undefined ? most : Math.min(Math.max(time, least), most)
}

function nothing(why: string): Consequence {
  return { kind: 'nothing', why }
}
