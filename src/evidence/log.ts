import { hash } from 'node:crypto'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import { drawId } from './drawId.ts'
import { FileStore, TileTree, printVerifier } from '../tlog/index.ts'
import type { AttemptFacts, SessionFacts, SessionRef } from './facts.ts'
import { type FormerLog, findFormerLog, setFormerLogAside, takeFormerKey } from './former.ts'
import { openSigningKeys } from './key.ts'
import { type ActEntry, printAct } from './leaf/index.ts'
import { type IndexedLeaf, readLeaves } from './readLeaves.ts'
import { type Checkpoint, type Posted, octetsOfAttempt } from './thread/protocol.ts'
import { ThreadEnd } from './thread/end.ts'

export interface EvidenceOptions {
  readonly clock: Clock
  /** Whether domains, and the servers that they lead to, stand in the log in the clear. */
  readonly domains: 'clear' | 'committed'
  /** The log's name, where it is begun: one name for ever. */
  readonly origin?: string | undefined
  /** A checkpoint that the log must still hold. */
  readonly held?: Checkpoint | undefined
}

/** Facts posted together, and those after which the thread is told to write without being asked. */
const together = 256
const unasked = 8_192
/** Facts that are not on the disk: `room` waits at the first, nothing more is taken at the second. */
const much = 2 * unasked
const most = 1 << 21

/** Hashes of certificates that are known to have been sent over, at the most; they are a hundred octets each. */
const mostCertificates = 50_000

/**
 * The one writer of an evidence log. What `flush` has returned for is on the disk and signed; everything before that is in
 * memory. The work is done by a thread; what is called here only counts leaves and hands facts over.
 */
export class EvidenceLog implements AsyncDisposable {
  readonly #end: ThreadEnd
  readonly #store: FileStore
  readonly #clock: Clock
  #size: number
  #facts: Posted[] = []
  /** Keys and hashes of the attempts among the facts. */
  #octets: Buffer = Buffer.alloc(together * octetsOfAttempt)
  #attempts = 0
  #certificates: Uint8Array[] = []
  #sent = new Set<string>()
  /** The size of the log when the thread was last told to write. */
  #told: number

  private constructor(end: ThreadEnd, store: FileStore, clock: Clock) {
    this.#end = end
    this.#store = store
    this.#clock = clock
    this.#size = end.checkpoint.size
    this.#told = this.#size
  }

  /**
   * Opens the log of a data folder, or begins one. What a crash left unsigned is cut off: nobody was told that it was safe. A
   * log of the former format is set aside, and its hash recorded.
   *
   * @throws SealpostError SP_LOG_DAMAGED where it is not the log that was signed, or not the one that is held: nothing may be
   * added to such a one; SP_KEY_MISSING, SP_KEY_INVALID, SP_STORE_DAMAGED, SP_STORE_NEWER, SP_DISK_FULL
   */
  static async open(folder: string, options: EvidenceOptions): Promise<EvidenceLog> {
    await takeFormerKey(folder)
    const keys = await openSigningKeys(folder, { origin: options.origin })
    const former = await findFormerLog(folder, keys, options.held)
    const end = await ThreadEnd.start({
      folder,
      origin: keys.origin,
      key: keys.signer.key,
      formerKeys: keys.former.map(printVerifier),
      domains: options.domains,
      // What is remembered of the former log says nothing of this one.
      held: former?.held ? undefined : options.held,
    })
    const log = new EvidenceLog(end, new FileStore(join(folder, 'evidence')), options.clock)
    try {
      await log.#takeOver(former, folder)
    } catch (error) {
      await end.stop()
      throw error
    }
    return log
  }

  /** Entries, written or not. */
  get size(): number {
    return this.#size
  }

  /** The last checkpoint that is on the disk. */
  get checkpoint(): Checkpoint {
    return this.#end.checkpoint
  }

  /** Adds a connection in memory; attempts name it by what is returned. */
  session({ chain, ...facts }: SessionFacts): SessionRef {
    const id = drawId()
    for (const der of chain) this.#takeCertificate(der)
    return { id, leaf: this.#take({ ...facts, kind: 'session', id }) }
  }

  /** Adds an attempt in memory; its leaf. */
  attempt({ key, message, session, ...facts }: AttemptFacts): number {
    if (key.length !== 32 || (message && message.length !== 32)) throw new RangeError('a key or a hash is not of 32 octets')
    // The place is free: at the latest after `together` facts they are posted.
    const at = this.#attempts * octetsOfAttempt
    this.#octets.set(key, at)
    if (message) this.#octets.set(message, at + key.length)
    this.#attempts += 1
    return this.#take({ ...facts, kind: 'attempt', session, hashed: message !== null })
  }

  /** Adds an act in memory; its leaf. */
  act(entry: ActEntry): number {
    return this.#take({ kind: 'act', text: printAct(entry, this.#clock.now()) })
  }

  /** Resolves at once, but where much waits for the disk: whoever makes many facts without a flush asks before each few. */
  async room(): Promise<void> {
    if (this.#size - this.checkpoint.size < much) return
    this.#post()
    await this.#end.reach(this.#size - much)
  }

  /** Resolves when all that was added before is on the disk and signed. Calls that overlap share the cost. */
  async flush(): Promise<void> {
    this.#post()
    this.#told = this.#size
    await this.#end.commit()
  }

  /** Leaves that are on the disk, from the last backwards; each is verified against the root that was signed. */
  readBackwards(): AsyncIterable<IndexedLeaf> {
    return readLeaves(this.#store, this.checkpoint, { backwards: true })
  }

  /** The same from a leaf on, forwards. */
  readFrom(from: number): AsyncIterable<IndexedLeaf> {
    return readLeaves(this.#store, this.checkpoint, { from })
  }

  /** Whether the log, as it is on the disk, continues a checkpoint. */
  async holds({ size, root }: Checkpoint): Promise<boolean> {
    if (size > this.checkpoint.size) return false
    const tree = new TileTree(this.#store, this.checkpoint.size)
    return Buffer.from(await tree.root(size)).toString('hex') === root
  }

  async close(): Promise<void> {
    try {
      await this.flush()
    } finally {
      await this.#end.stop()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #take(posted: Posted): number {
    this.#end.check()
    if (this.#size - this.checkpoint.size >= most) throw new RangeError('too many facts wait for the disk')
    this.#facts.push(posted)
    this.#size += 1
    if (this.#facts.length >= together) this.#post()
    if (this.#size - this.#told >= unasked) {
      this.#told = this.#size
      // Who waits for it is told what came of it; nobody else is: the next call throws it.
      this.#end.commit().catch(() => undefined)
    }
    return this.#size - 1
  }

  #post(): void {
    if (this.#facts.length === 0) return
    this.#end.post({
      kind: 'append',
      facts: this.#facts,
      octets: this.#octets.subarray(0, this.#attempts * octetsOfAttempt),
      certificates: this.#certificates,
    })
    this.#facts = []
    this.#certificates = []
    this.#attempts = 0
  }

  #takeCertificate(der: Uint8Array): void {
    const sha256 = hash('sha256', der, 'binary')
    if (this.#sent.has(sha256)) return
    // Whatever is sent twice is kept once all the same.
    if (this.#sent.size >= mostCertificates) this.#sent.clear()
    this.#sent.add(sha256)
    this.#certificates.push(Uint8Array.from(der))
  }

  async #takeOver(former: FormerLog | undefined, folder: string): Promise<void> {
    if (!former?.waiting) return
    if (!former.recorded) {
      this.act({ act: 'former-log', detail: former.detail })
      await this.flush()
    }
    await setFormerLogAside(folder)
  }
}
