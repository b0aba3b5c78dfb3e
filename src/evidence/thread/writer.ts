import { hash, randomFillSync } from 'node:crypto'
import { type LogWriter, parseCheckpoint } from '../../tlog/index.ts'
import { attemptKey, commit } from '../commit.ts'
import { printAttempt, printPeer, printSession } from '../leaf/index.ts'
import type { AttemptOpening, OpeningsStore, SessionOpening, ShownCertificate } from '../openings.ts'
import { type Checkpoint, type Posted, type Request, octetsOfAttempt } from './protocol.ts'

type Append = Extract<Request, { kind: 'append' }>
type PostedSession = Extract<Posted, { kind: 'session' }>
type PostedAttempt = Extract<Posted, { kind: 'attempt' }>

/** Octets of a key. */
const keyOctets = 32

/**
 * Makes leaves of facts, and keeps what opens them. Leaves wait in memory until `write`: first the openings are on the disk,
 * then the leaves, then the signature over them, so that there is no leaf whose opening was lost.
 */
export class EvidenceWriter {
  readonly #log: LogWriter
  readonly #openings: OpeningsStore
  readonly #clear: boolean
  #rows: (SessionOpening | AttemptOpening)[] = []
  #certificates: ShownCertificate[] = []
  /** Octets of the leaves that were added since the last write began. */
  #waiting = 0
  #writing: Promise<unknown> = Promise.resolve()

  /** Rows of leaves that were never signed are removed: a crash came before their tiles. */
  constructor(log: LogWriter, openings: OpeningsStore, domains: 'clear' | 'committed') {
    this.#log = log
    this.#openings = openings
    this.#clear = domains === 'clear'
    openings.cutTo(log.size)
  }

  get checkpoint(): Checkpoint {
    const read = parseCheckpoint(this.#log.checkpoint.text)
    // The log wrote it, or read it when it was opened.
    if (read.kind === 'malformed') throw new Error(read.why)
    return { size: read.size, root: Buffer.from(read.root).toString('hex') }
  }

  /** Octets of leaves that wait to be written. */
  get waiting(): number {
    return this.#waiting
  }

  /** Adds facts in memory. */
  append({ facts, octets, certificates }: Append): void {
    for (const der of certificates) this.#certificates.push({ sha256: hash('sha256', der, 'hex'), der })
    let at = 0
    for (const one of facts) {
      if (one.kind === 'session') this.#session(one)
      else if (one.kind === 'attempt') {
        this.#attempt(one, octets.subarray(at, at + octetsOfAttempt))
        at += octetsOfAttempt
      } else this.#add(one.text)
    }
  }

  /** Writes what was appended before, and signs it. Calls are done one after another; one that finds nothing new costs nothing. */
  async write(): Promise<Checkpoint> {
    const write = this.#writing.then(async () => this.#write())
    // The next caller waits for this one, but does not fail with it: the log is broken then, and says so itself.
    this.#writing = write.catch(() => undefined)
    return write
  }

  async #write(): Promise<Checkpoint> {
    const rows = this.#rows
    const certificates = this.#certificates
    this.#rows = []
    this.#certificates = []
    this.#waiting = 0
    if (rows.length > 0 || certificates.length > 0) this.#openings.append(rows, certificates)
    // No further message is taken before the log has begun: what it commits are the leaves of these rows, and of no others.
    await this.#log.commit()
    return this.checkpoint
  }

  #add(text: string): number {
    const entry = Buffer.from(text)
    this.#waiting += entry.length
    return this.#log.append(entry)
  }

  #session({ kind, id, peer, ...facts }: PostedSession): void {
    const text = printPeer(peer)
    const key = this.#clear ? undefined : randomKey()
    const leaf = printSession(facts, id, key ? JSON.stringify(commit(key, 'peer', text)) : text)
    this.#rows.push({ ...facts, kind, leaf: this.#add(leaf), id, key, peer: text })
  }

  #attempt(facts: PostedAttempt, octets: Uint8Array): void {
    const { address, campaign, domain, reply, number, session } = facts
    const key = attemptKey(octets.subarray(0, keyOctets), number)
    const message = facts.hashed ? Buffer.from(octets.subarray(keyOctets, octetsOfAttempt)) : null
    const leaf = printAttempt(facts, session?.id ?? null, {
      recipient: commit(key, 'recipient', address),
      campaign: commit(key, 'campaign', campaign),
      message: message && commit(key, 'message', message.toString('hex')),
      domain: this.#clear ? domain : commit(key, 'domain', domain),
      reply: reply === null ? null : commit(key, 'reply', reply),
    })
    const { time, octets: length, outcome, code, enhanced, strength, previous } = facts
    this.#rows.push({
      kind: 'attempt',
      leaf: this.#add(leaf),
      time,
      number,
      campaign,
      domain,
      session: session?.leaf ?? null,
      message,
      octets: length,
      outcome,
      code,
      enhanced,
      reply,
      strength,
      previous,
    })
  }
}

/** Random octets are drawn many at a time: each call costs as much as a hundred keys. */
const pool = Buffer.alloc(keyOctets * 128)
let drawn = pool.length

function randomKey(): Uint8Array {
  if (drawn === pool.length) {
    randomFillSync(pool)
    drawn = 0
  }
  const key = Buffer.from(pool.subarray(drawn, drawn + keyOctets))
  pool.fill(0, drawn, drawn + keyOctets)
  drawn += keyOctets
  return key
}
