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
import type { AttemptOpening, SessionOpening } from '../openings.ts'
import { findHandovers } from '../handover.ts'
import { readTrust } from '../trust.ts'
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
  readonly #note: Note
  readonly #keys: readonly Verifier[]
  readonly #tree: TileTree
  readonly #reader: FileStore
  readonly #root: string
  #rotations: Promise<readonly number[]> | undefined

  private constructor(reader: FileStore, note: Note, keys: readonly Verifier[], origin: string, size: number, root: Uint8Array) {
    this.origin = origin
    this.size = size
    this.#note = note
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
    const last = { size: this.size, note: this.#note, timestamps: [] }
    const chosen = ground && rotations.every((place) => place < ground.size) ? ground : last
    const { campaign, domain, message, reply } = attempt
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
      attempt: { ...(await this.#proveLeaf(attempt.leaf, chosen)), opening },
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
    if (!first || others.length === 0) return []
    const signs = (key: Verifier | undefined): boolean => key !== undefined && verifyNote(this.#note, [key]).kind === 'verified'
    const handovers = await findHandovers(this.#reader, { size: this.size, root: this.#root }, first, (keys) => signs(keys.at(-1)))
    if (signs(handovers.at(-1)?.to ?? first)) return handovers.map(({ leaf }) => leaf)
    throw damaged('evidence', 'it does not tell how the key that signs it took the place of the first')
  }
}

function damaged(where: string, why: string): SealpostError {
  return new SealpostError('SP_LOG_DAMAGED', { where, what: `Nothing can be proven from the evidence log: ${why}` })
}
