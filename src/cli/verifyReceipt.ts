import { json, visible } from '../escape.ts'
import { SealpostError } from '../errors.ts'
import type { KeptCheckpoint } from '../evidence/index.ts'
import { readReceipt } from '../evidence/receipt/index.ts'
import {
  type ProvenReceipt,
  type TimestampVerification,
  type VerifierKey,
  failures,
  isObject,
  judgeReceiptTimestamps,
  parseKey,
  verifyReceipt,
} from '../evidence/verify/index.ts'
import { printCount } from '../report/index.ts'
import { describeCause } from '../policy/index.ts'
import { printVerifier } from '../tlog/index.ts'
import { readAuthorities, readWitness } from './anchorTrust.ts'
import { describeTimestamp } from './describeAnchors.ts'
import type { WitnessArguments } from './verifyAnchors.ts'
import { type Exit, exits } from './exit.ts'

export interface ReceiptArguments extends Pick<WitnessArguments, 'witnessKey' | 'tsaCa'> {
  readonly json?: boolean
  readonly key?: string
}

/** Verifies a receipt: with the key that is named, and against checkpoints that were kept. */
export async function runVerifyReceipt(file: string, given: ReceiptArguments, kept: readonly KeptCheckpoint[]): Promise<Exit> {
  if (given.key === undefined) {
    throw new SealpostError('SP_USAGE', {
      where: '--key',
      what: 'A receipt proves nothing without a key that is trusted',
      next: 'Name the key of the log, as the sender made it known elsewhere than in the receipt.',
    })
  }
  const { receipt, trust } = await readReceipt(file, given.key, kept)
  const cosigners = await Promise.all(
    (given.witnessKey ?? []).map(async (key) => parseKey(printVerifier(readWitness(key, '--witness-key')))),
  )
  const named = cosigners.filter((one) => one !== undefined)
  const judged = await verifyReceipt(receipt, { ...trust, cosigners: named })
  const stamps = judged.kind === 'failed' ? [] : await judgeReceiptTimestamps(judged, await readAuthorities(given.tsaCa))
  const missing = judged.kind === 'failed' ? [] : listMissing(judged, named)
  const unstamped = judged.kind === 'proven' && given.tsaCa !== undefined && stamps.length === 0
  if (given.json) process.stdout.write(`${json({ schema: 'sealpost/verify-receipt@1', ...publish(judged, stamps, missing) })}\n`)
  else if (judged.kind === 'failed') {
    process.stdout.write(
      `NOT PROVEN: ${failures[judged.failure]} (${judged.failure})\n${visible(file, 300)}: ${judged.where}: ${visible(judged.why)}.\nNothing that the receipt says is proven.\n`,
    )
  } else {
    const absent = [
      ...missing.map((name) => `NOT COSIGNED by ${visible(name, 200)}: its word on this checkpoint is not in the receipt.`),
      ...(unstamped ? ['NOT TIME-STAMPED: no word of an authority is in the receipt.'] : []),
    ]
    process.stdout.write(`${[...describe(judged), ...describeOthers(judged, stamps), ...absent].join('\n')}\n`)
  }
  // Whoever takes off what others said must not have it look as if they had.
  const unwitnessed = named.length > 0 && missing.length === named.length
  const bad = judged.kind === 'failed' || stamps.some(({ kind }) => kind === 'failed') || unwitnessed || unstamped
  return bad ? exits.below : exits.fine
}

/** Witnesses that were named, and did not cosign. */
function listMissing({ witnessed }: ProvenReceipt, named: readonly VerifierKey[]): readonly string[] {
  return named.map(({ name }) => name).filter((name) => witnessed.every((one) => one.name !== name))
}

function publish(
  judged: Awaited<ReturnType<typeof verifyReceipt>>,
  stamps: readonly TimestampVerification[],
  notWitnessed: readonly string[],
): object {
  if (judged.kind === 'failed') return judged
  const { size, root } = judged.checkpoint
  const { certificates, timestamps: _, ...rest } = judged
  return {
    ...rest,
    checkpoint: { size, root: Buffer.from(root).toString('hex') },
    certificates: certificates.length,
    timestamps: stamps,
    notWitnessed,
  }
}

/** Who else says that the checkpoint was there, and when. */
function describeOthers({ witnessed }: ProvenReceipt, stamps: readonly TimestampVerification[]): readonly string[] {
  return [
    ...witnessed.map(({ name, time }) => `Cosigned by ${visible(name, 200)} at ${new Date((time ?? 0) * 1000).toISOString()}.`),
    ...stamps.map((stamp) => describeTimestamp(stamp)),
  ]
}

/** Whose word it is: what a provider says, or what nobody saw, is not to be taken for what was seen. */
function tellStrength({ strength, outcome, time, claim }: ProvenReceipt['attempt'], text: (value: unknown) => string): string {
  if (strength === 'observed') return `PROVEN: ${text(outcome)} at ${text(time)} (observed), as the sender recorded it.`
  if (strength === 'claimed') {
    const { provider, event } = isObject(claim) ? claim : {}
    return `PROVEN AS A CLAIM ONLY (claimed): ${text(provider)} says “${text(event)}”, for ${text(outcome)}, at ${text(time)}. The sender did not see it; proven is that it recorded what the provider said.`
  }
  return `PROVEN, BUT NOT HOW IT ENDED (${text(strength)}): it was begun, and the sending program was stopped before it could record the end; written down at ${text(time)}.`
}

function tellClaimedTls(claim: unknown): string {
  if (!isObject(claim)) return ''
  const { tls } = claim
  const said = tls === true ? 'that it used TLS' : tls === false ? 'that it did not use TLS' : 'nothing of it'
  return `; the provider says ${said}, and that is its word alone`
}

function describe({ attempt, opening, session, peer, origin, index, checkpoint, rotations }: ProvenReceipt): readonly string[] {
  const text = (value: unknown): string => visible(typeof value === 'string' ? value : JSON.stringify(value ?? null), 500)
  const tls = session?.['tls'] as { readonly version: string; readonly cipher: string } | null | undefined
  // The reply as it came has both codes in it.
  const answer =
    opening.reply ?? [attempt['code'], attempt['enhanced']].flatMap((part) => (part === null ? [] : [text(part)])).join(' ')
  return [
    tellStrength(attempt, text),
    `Recipient: ${text(opening.recipient)}`,
    `Campaign: ${text(opening.campaign)}`,
    `Message (SHA-256): ${text(opening.message ?? 'not known')}`,
    `Answer: ${answer === '' ? 'none' : text(answer)}`,
    session && peer
      ? `Connection: ${tls ? `${text(tls.version)}, ${text(tls.cipher)}` : 'IN THE CLEAR'}, to ${text(peer['host'])} (${text(peer['address'])}); ${text(session['verdict'])}: ${describeCause(text(session['cause']))}`
      : `Connection: none is recorded, so nothing is proven of its encryption${tellClaimedTls(attempt['claim'])}`,
    `Log: ${text(origin)}`,
    `Entry ${index} of checkpoint: ${checkpoint.size}:${Buffer.from(checkpoint.root).toString('hex')}`,
    ...(rotations > 0
      ? [`The key of the log was changed ${printCount(rotations, 'time')}; each former key signed for the next.`]
      : []),
    'What the receiving side did afterwards is not known; docs/receipts.md says what a receipt proves.',
  ]
}
