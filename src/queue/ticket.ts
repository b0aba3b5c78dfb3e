import { type ResumableSession, type SessionFacts, readSession } from '../tls/index.ts'

export interface TicketLimits {
  /** Demands on hosts for which sessions are kept. */
  readonly demands: number
  /** Sessions kept for one demand: connections of a lane begin together, and each takes one. */
  readonly each: number
  /** In all, certificates counted. */
  readonly octets: number
  /** Milliseconds from the full handshake on, whatever the server says and however often the session was resumed. */
  readonly ageMs: number
}

const usual: TicketLimits = { demands: 1_000, each: 4, octets: 16 * 1024 * 1024, ageMs: 3_600_000 }

interface Ticket extends ResumableSession {
  readonly takenAt: number
  /** Milliseconds since the epoch. */
  readonly until: number
  readonly octets: number
}

/**
 * TLS sessions to come back to, in memory alone: by what is demanded of which host, so that what was proven for one
 * demand is never taken for another. Each is handed out once (RFC 8446 C.4). RFC 7672 and RFC 8461 say nothing of
 * resumption: what the full handshake proved counts where the same is demanded, for an hour at most (RFC 8446 4.6.1
 * wants an end to what may be renewed for ever; it is also as long as a stolen ticket key is of use to an impostor).
 */
export class TicketStore {
  readonly #limits: TicketLimits
  /** Those used last are at the end, and so are the newest of each. */
  readonly #kept = new Map<string, Ticket[]>()
  #octets = 0

  constructor(limits: Partial<TicketLimits> = {}) {
    this.#limits = { ...usual, ...limits }
  }

  /** What is held now. */
  get size(): { readonly demands: number; readonly tickets: number; readonly octets: number } {
    const tickets = this.#kept.values().reduce((sum, list) => sum + list.length, 0)
    return { demands: this.#kept.size, tickets, octets: this.#octets }
  }

  /** Keeps a session for the demand that its connection met. The caller has judged it. */
  put(key: string, session: ResumableSession, now: number): void {
    const facts = readSession(session.session)
    const until = facts && this.#lastUntil(session, facts, now)
    if (until === undefined || until <= now) return
    const list = this.#remove(key)
    list.push({ ...session, takenAt: now, until, octets: weigh(session) })
    this.#keep(key, list.slice(-this.#limits.each))
    while (this.#kept.size > this.#limits.demands || this.#octets > this.#limits.octets) {
      const [oldest] = this.#kept.keys()
      if (oldest === undefined) break
      this.#remove(oldest)
    }
  }

  /** Takes the newest session that is still good for the demand out; nobody gets it again. */
  take(key: string, now: number): ResumableSession | undefined {
    // A clock that was set back says nothing about ages.
    const list = this.#remove(key).filter(({ takenAt, until }) => takenAt <= now && now < until)
    const taken = list.pop()
    this.#keep(key, list)
    return taken
  }

  /** Drops what is held for a demand: it was of no use. */
  forget(key: string): void {
    this.#remove(key)
  }

  #remove(key: string): Ticket[] {
    const list = this.#kept.get(key) ?? []
    this.#kept.delete(key)
    for (const { octets } of list) this.#octets -= octets
    return list
  }

  #keep(key: string, list: Ticket[]): void {
    if (list.length === 0) return
    this.#kept.set(key, list)
    for (const { octets } of list) this.#octets += octets
  }

  /** Until when a session may be resumed; undefined for never. */
  #lastUntil({ facts, provenAt }: ResumableSession, session: SessionFacts, now: number): number | undefined {
    // RFC 7627 5.3: without it another's handshake may end in the same keys.
    if (facts.version !== 'TLSv1.3' && !(facts.version === 'TLSv1.2' && session.extendedMasterSecret)) return undefined
    // RFC 8446 4.6.1: a lifetime of 0 means at once. RFC 5077 3.3: there it means that nothing is said.
    if (facts.version === 'TLSv1.3' && session.lifetime === undefined) return undefined
    const hinted = session.lifetime === undefined ? Infinity : now + session.lifetime * 1000
    // What runs out meanwhile is to be looked at again.
    const dates = facts.chain.map(({ notAfter }) => Date.parse(notAfter)).filter((date) => date > provenAt)
    return Math.min(provenAt + this.#limits.ageMs, hinted, ...dates)
  }
}

function weigh({ session, facts }: ResumableSession): number {
  const certificates = [...facts.shown, ...(facts.watched?.sent ?? [])]
  // Read certificates and their like are some kilobytes; the octets themselves are what a server can make large.
  return session.length + certificates.reduce((sum, der) => sum + der.length, facts.watched?.staple?.length ?? 0) + 4096
}
