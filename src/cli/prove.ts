import { extname, join } from 'node:path'
import { type Anchor, type ChosenAnchor, chooseAnchor, judgeAnchors, openAnchoredLog, readAnchors } from '../anchor/index.ts'
import { visible } from '../escape.ts'
import { readBoundedFile } from '../boundedFile.ts'
import { SealpostError } from '../errors.ts'
import { type ProvableAttempt, ProvableLog, type ReceiptGround, printReceipt } from '../evidence/receipt/index.ts'
import type { QueueLine } from '../queue/index.ts'
import { loadSettings } from '../settings/index.ts'
import { type OpenedAttempt, OpeningsReader, QueueReader } from '../store/index.ts'
import { type Verifier, printCosignatures, printNote, printVerifier } from '../tlog/index.ts'
import { writeWholeFile } from '../wholeFile.ts'
import { type Exit, exits } from './exit.ts'
import { requireNotErased } from './notErased.ts'
import { requireAddressKey } from './queueFilter.ts'

export interface ProveArguments {
  readonly recipient: string
  readonly campaign?: string
  readonly allAttempts?: boolean
  readonly out?: string
  readonly checkpoint?: string
  readonly settings?: string
}

/** Writes the receipt of the last attempt to send one message to one person, or those of all attempts. */
export async function runProve(given: ProveArguments): Promise<Exit> {
  if (given.allAttempts && given.out === undefined) {
    throw usage(
      '--all-attempts',
      'Each attempt has a receipt of its own',
      'Name a file with --out: its number goes into its name.',
    )
  }
  const { data } = await loadSettings(given.settings)
  const log = await ProvableLog.open(data, given.checkpoint === undefined ? undefined : await readNote(given.checkpoint))
  using queue = QueueReader.open(data)
  using openings = OpeningsReader.open(data)
  const line = chooseMessage(queue, data, given)
  const key = queue.keyOf(line.id)
  if (line.leaf === undefined) {
    throw unproven(data, line)
  }
  const last = openings?.attempt(line.leaf)
  if (!openings || !last || !key) {
    requireNotErased(data, requireAddressKey(given.recipient))
    throw usage(
      data,
      `What opens entry ${line.leaf} is gone: it was erased, or openings.db is not the one of this log`,
      'Without it nobody can show whom the entry is of.',
    )
  }
  const anchors = await readGoodAnchors(data)
  const changed = await log.lastRotation()
  const warnings = new Set<string>()
  const attempts = given.allAttempts ? openings.attemptsOf(last.leaf).toReversed() : [last]
  for (const attempt of attempts) {
    if (attempt.leaf >= log.size) {
      throw usage(data, 'The attempt is later than the checkpoint', 'Try again in a moment, or take a later checkpoint.')
    }
    const earliest = chooseAnchor(anchors, attempt.leaf)
    // Below an earlier checkpoint nobody could go from one key to the next.
    const ground = given.checkpoint === undefined ? chooseAnchor(anchors, Math.max(attempt.leaf, changed)) : named(log, anchors)
    if (given.checkpoint === undefined && earliest && earliest.size !== ground?.size) warnings.add(tellPassedOver(earliest))
    const receipt = printReceipt(await log.prove(gather(openings, attempt, line.address, key), ground))
    if (given.out === undefined) process.stdout.write(receipt)
    else await writeWholeFile(given.allAttempts ? numbered(given.out, attempt.number) : given.out, receipt, 'is replaced')
  }
  if (given.out !== undefined) {
    const what = attempts.length === 1 ? 'The receipt is' : `${attempts.length} receipts are`
    process.stderr.write(`${what} in ${visible(given.out)}. It names the recipient: give it to those alone who may know.\n`)
  }
  if (log.isOfFormerKey) warnings.add(tellFormerKey(log.signer))
  for (const warning of warnings) process.stderr.write(`${warning}\n`)
  return exits.fine
}

/** Why there is nothing to prove of a message that has no entry. */
function unproven(data: string, { id, state, reason }: QueueLine): SealpostError {
  if (state === 'sent')
    return usage(
      data,
      'This message was sent before the log had its present form',
      'evidence/former.jsonl has what was recorded of it; there is no receipt of that.',
    )
  return usage(
    data,
    `This message was not handed to any server (${state}${reason === '' ? '' : `: ${visible(reason, 300)}`}), so there is nothing to prove of it`,
    `sealpost queue show ${id} tells what becomes of it.`,
  )
}

/** A checkpoint that is named is the one that counts, with what others said of it. */
function named(log: ProvableLog, anchors: readonly Anchor[]): ReceiptGround | undefined {
  const same = anchors.filter(({ size, note }) => size === log.size && note.text === log.note.text)
  const found = chooseAnchor(same, log.size - 1)
  const own = printNote(log.note)
  const more = found?.note.signatures.filter((one) => !own.includes(printCosignatures({ signatures: [one] }))) ?? []
  return found && { ...found, note: { ...log.note, signatures: [...log.note.signatures, ...more] } }
}

function tellPassedOver({ path, size }: ChosenAnchor): string {
  return `What others said of the checkpoint of ${size} entries is left out: the key of the log was changed after it, and a receipt that rests on it could not be verified with the present key. For one that can be verified with the former key: --checkpoint DATA/evidence/${visible(path)}/checkpoint`
}

function tellFormerKey(signer: Verifier): string {
  return `The checkpoint was signed by a former key of the log. The receipt is verified with that key, or with one before it, and not with the present one: ${visible(printVerifier(signer), 300)}`
}

/** What others said of checkpoints that are of this very log: what was put beside it must not spoil a receipt. */
async function readGoodAnchors(data: string): Promise<readonly Anchor[]> {
  const evidence = join(data, 'evidence')
  const anchors = await readAnchors(evidence)
  if (anchors.length === 0) return anchors
  const { anchors: judged } = await judgeAnchors(await openAnchoredLog(evidence), anchors, { witnesses: [] })
  const good = new Set(
    judged.flatMap(({ path, standing, problems }) =>
      (standing === 'same' || standing === 'grown') && problems.length === 0 ? [path] : [],
    ),
  )
  return anchors.filter(({ path }) => good.has(path))
}

/** A signed checkpoint is far shorter than this, whoever else signed it. */
const mostNoteOctets = 100_000

async function readNote(path: string): Promise<Uint8Array> {
  const note = await readBoundedFile(path, mostNoteOctets)
  if (note) return note
  throw usage(path, 'It is too long to be a signed checkpoint', 'Name the file of one.')
}

function chooseMessage(queue: QueueReader, data: string, { recipient, campaign }: ProveArguments): QueueLine {
  const addressKey = requireAddressKey(recipient)
  const lines = queue.find({ addressKey }).filter((line) => campaign === undefined || line.campaign === campaign)
  const [line, ...others] = lines
  if (!line) requireNotErased(data, addressKey)
  if (!line) throw usage(data, 'There is no such message in the queue', 'sealpost queue list shows what there is.')
  if (others.length > 0) {
    const names = lines.map((one) => visible(one.campaign, 100)).join(', ')
    throw usage('--campaign', `Several campaigns went to this address: ${names}`, 'Name one of them.')
  }
  return line
}

function gather(openings: OpeningsReader, attempt: OpenedAttempt, recipient: string, key: Uint8Array): ProvableAttempt {
  const opened = attempt.session === null ? undefined : openings.session(attempt.session)
  const shown = opened?.peer.chain.map((sha256) => openings.certificate(sha256)) ?? []
  const certificates = shown.filter((der) => der !== undefined)
  return {
    attempt,
    recipient,
    key,
    session: opened && { ...opened, peer: opened.peerText },
    certificates: certificates.length === shown.length ? certificates : [],
  }
}

/** `receipt.json` of the third attempt is `receipt.3.json`. */
function numbered(file: string, number: number): string {
  const end = extname(file)
  return `${file.slice(0, file.length - end.length)}.${number}${end}`
}

function usage(where: string, what: string, next: string): SealpostError {
  return new SealpostError('SP_USAGE', { where, what, next })
}
