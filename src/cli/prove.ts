import { readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { type Anchor, chooseAnchor, judgeAnchors, openAnchoredLog, readAnchors } from '../anchor/index.ts'
import { visible } from '../escape.ts'
import { SealpostError, systemError } from '../errors.ts'
import { type ProvableAttempt, ProvableLog, printReceipt } from '../evidence/receipt/index.ts'
import type { QueueLine } from '../queue/index.ts'
import { loadSettings } from '../settings/index.ts'
import { type OpenedAttempt, OpeningsReader, QueueReader } from '../store/index.ts'
import { writeWholeFile } from '../wholeFile.ts'
import { type Exit, exits } from './exit.ts'
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
  const last = line.leaf === undefined ? undefined : openings?.attempt(line.leaf)
  if (!openings || !last || !key) {
    throw usage(
      data,
      line.leaf === undefined
        ? 'Nothing was attempted for this message, or it was before the log had its present form'
        : 'What opens the entries of this message is gone: it was erased',
      'Without it nobody can show whom an entry is of, and that is its purpose.',
    )
  }
  // A checkpoint that is named is the one that counts.
  const anchors = given.checkpoint === undefined ? await readGoodAnchors(data) : []
  const attempts = given.allAttempts ? openings.attemptsOf(last.leaf).toReversed() : [last]
  for (const attempt of attempts) {
    if (attempt.leaf >= log.size) {
      throw usage(data, 'The attempt is later than the checkpoint', 'Try again in a moment, or take a later checkpoint.')
    }
    const receipt = printReceipt(
      await log.prove(gather(openings, attempt, line.address, key), chooseAnchor(anchors, attempt.leaf)),
    )
    if (given.out === undefined) process.stdout.write(receipt)
    else await writeWholeFile(given.allAttempts ? numbered(given.out, attempt.number) : given.out, receipt, 'is replaced')
  }
  if (given.out !== undefined) {
    const what = attempts.length === 1 ? 'The receipt is' : `${attempts.length} receipts are`
    process.stderr.write(`${what} in ${visible(given.out)}. It names the recipient: give it to those alone who may know.\n`)
  }
  return exits.fine
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
  try {
    const { size } = await stat(path)
    if (size <= mostNoteOctets) return await readFile(path)
  } catch (error) {
    throw systemError(error, path, 'SP_FILE_UNREADABLE')
  }
  throw usage(path, 'It is too long to be a signed checkpoint', 'Name the file of one.')
}

function chooseMessage(queue: QueueReader, data: string, { recipient, campaign }: ProveArguments): QueueLine {
  const lines = queue
    .find({ addressKey: requireAddressKey(recipient) })
    .filter((line) => campaign === undefined || line.campaign === campaign)
  const [line, ...others] = lines
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
