import { join } from 'node:path'
import { SealpostError } from '../../errors.ts'
import {
  FileStore,
  type Note,
  TileTree,
  type Verifier,
  checkpointPath,
  issueReceipt as issueProof,
  openCheckpoint,
  printReceipt as printProof,
  printVerifier,
  verifyNote,
} from '../../tlog/index.ts'
import { attemptKey } from '../commit.ts'
import type { Peer } from '../facts.ts'
import { readLeaf } from '../leaf/index.ts'
import type { AttemptOpening, SessionOpening } from '../openings.ts'
import { findHandovers } from '../handover.ts'
import { type LogTrust, readTrust } from '../trust.ts'
import { type EvidenceReceipt, type Proven, parseKey, verifyReceipt } from '../verify/index.ts'
import { issueReceipt } from './issueReceipt.ts'

/** One attempt as the queue and the openings have it. */
export interface ProvableAttempt {
  readonly attempt: AttemptOpening
  readonly recipient: string
  /** The recipient's own key, 32 octets. */
  readonly key: Uint8Array
  readonly session: SessionOpening | undefined
  /** DER, as the session was shown them; all or none. */
  readonly certificates: readonly Uint8Array[]
}

/** A checkpoint that a receipt rests on instead of the last one: an earlier one that others said something of. */
export interface ReceiptGround {
  readonly size: number
  /** With their cosignatures. */
  readonly note: Note
  /** RFC 3161 responses over its text, DER. */
  readonly timestamps: readonly Uint8Array[]
}

/** A log as it was signed at some time: what receipts are made from. A sender may be adding to it meanwhile. */
export class ProvableLog {
  readonly origin: string
  readonly size: number
  /** The checkpoint, as it was signed. */
  readonly note: Note
  readonly #keys: LogTrust['keys']
  readonly #tree: TileTree
  readonly #reader: FileStore
  readonly #root: string
  #rotations: Promise<readonly number[]> | undefined

  private constructor(reader: FileStore, note: Note, keys: LogTrust['keys'], origin: string, size: number, root: Uint8Array) {
    this.origin = origin
    this.size = size
    this.note = note
    this.#keys = keys
    this.#reader = reader
    this.#root = Buffer.from(root).toString('hex')
    this.#tree = new TileTree(reader, size)
  }

  /**
   * @param data the data folder
   * @param signed a checkpoint of this log, perhaps one that others signed as well; the last one without it
   * @throws SealpostError SP_LOG_MISSING, SP_LOG_DAMAGED, SP_KEY_INVALID
   */
  static async open(data: string, signed?: Uint8Array): Promise<ProvableLog> {
    const { origin, keys } = await readTrust(data)
    const reader = new FileStore(join(data, 'evidence'))
    const octets = signed ?? (await reader.read(checkpointPath))
    if (!octets) throw new SealpostError('SP_LOG_MISSING', { where: data })
    const opened = openCheckpoint(octets, { origin, logKeys: keys })
    if (opened.kind === 'failed') throw damaged(data, opened.why)
    const { size, root } = opened.checkpoint
    return new ProvableLog(reader, opened.note, keys, origin, size, root)
  }

  /** The last of the log's keys that signed this checkpoint. */
  get signer(): Verifier {
    const [first, ...others] = this.#keys
    return others.findLast((key) => this.#isSignedBy(key)) ?? first
  }

  /** Another key signs the log since: whoever trusts that one alone cannot verify what rests on this checkpoint. */
  get isOfFormerKey(): boolean {
    return this.signer !== (this.#keys.at(-1) ?? this.#keys[0])
  }

  /** The entry that tells of the last change of keys up to this checkpoint; -1 where there was none. */
  async lastRotation(): Promise<number> {
    return (await (this.#rotations ??= this.#findRotations())).at(-1) ?? -1
  }

  /**
   * The receipt of an attempt. It is verified as its reader will verify it before it is handed out.
   *
   * @throws SealpostError SP_LOG_DAMAGED where log and openings do not agree
   */
  async prove(
    { attempt, recipient, key, session, certificates }: ProvableAttempt,
    ground?: ReceiptGround,
  ): Promise<EvidenceReceipt> {
    const rotations = await (this.#rotations ??= this.#findRotations())
    // An earlier checkpoint cannot show how the keys were changed after it.
    const last = { size: this.size, note: this.note, timestamps: [] }
    const chosen = ground && rotations.every((place) => place < ground.size) ? ground : last
    const { campaign, domain, message, reply } = attempt
    const proven = await this.#proveLeaf(attempt.leaf, chosen)
    requireOpenings(proven.leaf, attempt)
    const opening = {
      key: Buffer.from(attemptKey(key, attempt.number)).toString('base64url'),
      recipient,
      campaign,
      domain,
      message: message && Buffer.from(message).toString('hex'),
      reply,
    }
    const receipt = issueReceipt({
      origin: this.origin,
      attempt: { ...proven, opening },
      session: session
        ? {
            ...(await this.#proveLeaf(session.leaf, chosen)),
            // This program wrote the text, in canonical form.
            opening: session.key
              ? { key: Buffer.from(session.key).toString('base64url'), peer: JSON.parse(session.peer) as Peer }
              : null,
          }
        : null,
      certificates,
      rotations: await Promise.all(rotations.map(async (place) => this.#proveLeaf(place, chosen))),
      timestamps: chosen.timestamps,
    })
    const keys = await Promise.all(this.#keys.map(async (one) => parseKey(printVerifier(one))))
    const judged = await verifyReceipt(JSON.stringify(receipt), { keys: keys.filter((one) => one !== undefined) })
    if (judged.kind === 'failed')
      throw damaged(judged.where, `the receipt of entry ${attempt.leaf} does not verify: ${judged.why}`)
    return receipt
  }

  async #proveLeaf(index: number, { size, note }: ReceiptGround): Promise<Proven> {
    const tree = size === this.size ? this.#tree : new TileTree(this.#reader, size)
    return {
      leaf: Buffer.from(await this.#tree.readEntry(index)).toString(),
      proof: printProof(await issueProof(tree, note, index)),
    }
  }

  /**
   * Where a key took the place of another, up to this checkpoint: the list of keys says which ones to look for.
   *
   * @throws SealpostError SP_LOG_DAMAGED where the log does not tell how its keys came to sign it
   */
  async #findRotations(): Promise<readonly number[]> {
    const [first, ...others] = this.#keys
    if (others.length === 0) return []
    const isFar = (keys: readonly Verifier[]): boolean => keys.slice(-1).some((key) => this.#isSignedBy(key))
    const handovers = await findHandovers(this.#reader, { size: this.size, root: this.#root }, first, isFar)
    if (isFar([first, ...handovers.map(({ to }) => to)])) return handovers.map(({ leaf }) => leaf)
    throw damaged('evidence', 'it does not tell how the key that signs it took the place of the first')
  }

  #isSignedBy(key: Verifier): boolean {
    return verifyNote(this.note, [key]).kind === 'verified'
  }
}

/** What was erased, or is not there, cannot be opened: the entry has a commitment, and nobody knows to what. */
function requireOpenings(leaf: string, attempt: AttemptOpening): void {
  const read = readLeaf(Buffer.from(leaf))
  for (const what of ['message', 'reply'] as const) {
    const isCommitted = read.kind === 'leaf' && read.leaf.kind === 'attempt' && read.leaf[what] !== null
    if (!isCommitted || attempt[what] !== null) continue
    throw new SealpostError('SP_USAGE', {
      where: `entry ${attempt.leaf}`,
      what: `The entry cannot be opened any more: ${what === 'message' ? 'the hash of its message' : "the server's answer"} was erased, with somebody whom it led to`,
      next: 'Nothing can be proved of this attempt. The log still has the entry.',
    })
  }
}

function damaged(where: string, why: string): SealpostError {
  return new SealpostError('SP_LOG_DAMAGED', { where, what: `Nothing can be proven from the evidence log: ${why}` })
}
