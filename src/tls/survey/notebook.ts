import { createHash } from 'node:crypto'
import type { CertificateRequest, ClientHello, HelloAnswer, ServerFlight, Ssl2Hello } from '../hello/index.ts'
import { readSuite } from '../registry/index.ts'
import type { Ask } from './ask.ts'
import type { DhFact, Evidence, ExtensionFacts, GroupList, SentChain, SuiteList, TlsSurvey, VersionFact } from './facts.ts'

/** Octets of an answer that are kept as evidence. */
const evidenceOctets = 96

const extension = {
  statusRequest: 5,
  heartbeat: 15,
  encryptThenMac: 22,
  extendedMasterSecret: 23,
  sessionTicket: 35,
  renegotiationInfo: 0xff01,
} as const

/** Collects what a server shows in answer to one hello after the other. */
export class Notebook {
  readonly #ask: Ask
  readonly #met: boolean
  readonly #versions = new Map<number, VersionFact>()
  readonly #suites = new Map<number, SuiteList>()
  readonly #groups: GroupList[] = []
  readonly #dh = new Map<string, DhFact>()
  readonly #chains = new Map<string, SentChain>()
  readonly #schemes = new Set<number>()
  readonly #warnings = new Set<number>()
  #extensions: ExtensionFacts = {}
  #clientCertificate: CertificateRequest | undefined
  manySuitesRefused = false
  #stopped: string | undefined

  /** @param met a handshake came to its end before */
  constructor(ask: Ask, met: boolean) {
    this.#ask = ask
    this.#met = met
  }

  /** Asks and notes the answer; undefined where there is no further connection. */
  async ask(hello: ClientHello | Ssl2Hello): Promise<HelloAnswer | undefined> {
    const answer = await this.#ask(hello)
    if (!answer) {
      this.#stopped ??= 'no further connection'
      return undefined
    }
    if (answer.kind === 'ssl2') this.noteVersion(0x0002, true, answer.bytes)
    if (answer.kind === 'flight' && 'suites' in hello) this.#noteFlight(hello, answer)
    return answer
  }

  noteVersion(version: number, accepted: boolean | undefined, bytes: Buffer): void {
    const known = this.#versions.get(version)
    // What was seen once is so, whatever a later refusal says.
    if (known?.accepted !== true) this.#versions.set(version, { version, accepted, evidence: hex(bytes) })
  }

  /** Whether it took any hello, or came to the end of a handshake with us. */
  get takesTls(): boolean {
    return this.#met || [...this.#versions.values()].some(({ accepted }) => accepted === true)
  }

  accepted(version: number): boolean | undefined {
    return this.#versions.get(version)?.accepted
  }

  /** Takes a list that was made by asking on; single answers of the same version are part of it. */
  addSuites(list: SuiteList): void {
    this.#suites.set(list.version, list)
  }

  /** Notes that nothing of these was taken. */
  noteRefused(version: number, ids: readonly number[]): void {
    const list = this.#listOf(version)
    this.#suites.set(version, { ...list, refused: [...list.refused, ...ids] })
  }

  addGroups(list: GroupList): void {
    this.#groups.push(list)
  }

  hasGroups(version: number): boolean {
    return this.#groups.some((list) => list.version === version && list.groups.length > 0)
  }

  get stopped(): boolean {
    return this.#stopped !== undefined
  }

  get chains(): readonly SentChain[] {
    return [...this.#chains.values()]
  }

  finish(): TlsSurvey {
    return {
      versions: [...this.#versions.values()].toSorted((a, b) => a.version - b.version),
      suites: [...this.#suites.values()],
      groups: this.#groups,
      dh: [...this.#dh.values()],
      chains: this.chains,
      extensions: this.#extensions,
      schemes: [...this.#schemes],
      clientCertificate: this.#clientCertificate,
      warnings: [...this.#warnings],
      manySuitesRefused: this.manySuitesRefused,
      stopped: this.#stopped,
    }
  }

  #noteFlight(hello: ClientHello, flight: ServerFlight): void {
    this.noteVersion(flight.version, true, flight.bytes)
    for (const warning of flight.warnings) this.#warnings.add(warning)
    const list = this.#listOf(flight.version)
    if (!list.complete && !list.suites.some(({ id }) => id === flight.suite))
      this.#suites.set(flight.version, { ...list, suites: [...list.suites, { id: flight.suite, evidence: hex(flight.bytes) }] })
    if (flight.version >= 0x0304) return
    this.#noteExtensions(hello, flight)
    this.#clientCertificate ??= flight.certificateRequest
    if (flight.certificates && flight.certificates.length > 0) {
      const sni = hello.servername !== undefined
      const key = `${sni} ${createHash('sha256').update(Buffer.concat(flight.certificates)).digest('hex')}`
      if (!this.#chains.has(key))
        this.#chains.set(key, { version: flight.version, sni, sent: flight.certificates, staple: flight.staple })
    }
    const exchange = flight.keyExchange
    if (exchange && 'scheme' in exchange && exchange.scheme !== undefined) this.#schemes.add(exchange.scheme)
    if (exchange?.kind === 'dhe') {
      const prime = exchange.prime.toString('hex')
      const fact = { version: flight.version, suite: flight.suite, bits: exchange.bits, prime, evidence: hex(flight.bytes) }
      if (!this.#dh.has(prime)) this.#dh.set(prime, fact)
    }
  }

  #listOf(version: number): SuiteList {
    return this.#suites.get(version) ?? { version, order: 'unknown', suites: [], refused: [], complete: false }
  }

  #noteExtensions(hello: ClientHello, flight: ServerFlight): void {
    const { extensions } = flight
    const seen = this.#extensions
    const either = (before: boolean | undefined, offered: boolean | undefined, type: number): { value?: boolean } =>
      offered ? { value: (before ?? false) || extensions.has(type) } : before === undefined ? {} : { value: before }
    const facts: [keyof ExtensionFacts, { value?: boolean }][] = [
      ['extendedMasterSecret', either(seen.extendedMasterSecret, hello.extendedMasterSecret, extension.extendedMasterSecret)],
      ['secureRenegotiation', either(seen.secureRenegotiation, hello.renegotiationInfo, extension.renegotiationInfo)],
      ['ticket', either(seen.ticket, hello.ticket !== undefined, extension.sessionTicket)],
      ['heartbeat', either(seen.heartbeat, hello.heartbeat, extension.heartbeat)],
      // RFC 7366 3.1: answered only where a CBC suite was chosen.
      [
        'encryptThenMac',
        either(seen.encryptThenMac, hello.encryptThenMac && readSuite(flight.suite)?.mode === 'cbc', extension.encryptThenMac),
      ],
    ]
    if (hello.compression?.includes(1))
      facts.push(['compression', { value: (seen.compression ?? false) || flight.compression === 1 }])
    if (hello.statusRequest) facts.push(['staple', { value: (seen.staple ?? false) || flight.staple !== undefined }])
    this.#extensions = {
      ...seen,
      ...Object.fromEntries(facts.flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value]]))),
    }
  }
}

export function hex(bytes: Buffer): Evidence {
  return bytes.subarray(0, evidenceOctets).toString('hex')
}
