import { BlockList, isIP, isIPv4 } from 'node:net'
import { type Resolver, lookupReverse } from '../dns/index.ts'
import { type MacroValues, expandDomain } from './macro.ts'
import { type Mechanism, type Qualifier, isSpf, parseSpf } from './record.ts'

/** What the domain's record says of an address (RFC 7208 2.6), and why. */
export interface SpfResult {
  readonly result: Qualifier | 'none' | 'permerror' | 'temperror'
  /** The term that decided, or what is wrong; hostile text, not yet escaped. */
  readonly reason: string
  /** Terms so far that cost a look-up; ten are allowed (RFC 7208 4.6.4). */
  readonly lookups: number
  /** Whose records were read, in their order. */
  readonly domains: readonly string[]
}

export interface SpfQuestion {
  readonly resolver: Resolver
  /** The address that connects. */
  readonly address: string
  /** The domain of the reverse path, or of HELO where that is empty; A-labels, lower case. */
  readonly domain: string
  /** The reverse path. */
  readonly sender: string
  readonly helo: string
}

/** RFC 7208 4.6.4. */
export const maxLookups = 10
const maxVoid = 2
const maxHosts = 10

/**
 * Decides whether an address may use a domain in its reverse path (RFC 7208 4, check_host). Bounded by the look-ups that
 * the RFC allows, whatever the records say.
 *
 * @example
 * ```ts
 * const { result } = await evaluateSpf({ resolver, address: '192.0.2.1', domain: 'example.org', sender: 'a@example.org', helo: 'mx.example.org' })
 * ```
 */
export async function evaluateSpf(question: SpfQuestion): Promise<SpfResult> {
  const run = new Evaluation(question)
  try {
    const { result, reason } = await run.check(question.domain)
    return { result, reason, lookups: run.lookups, domains: run.domains }
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    return { result: error.result, reason: error.message, lookups: run.lookups, domains: run.domains }
  }
}

/** RFC 7208 2.6.6, 2.6.7: ends the evaluation wherever in it this happens. */
class Stop extends Error {
  readonly result: 'permerror' | 'temperror'

  constructor(result: 'permerror' | 'temperror', why: string) {
    super(why)
    this.result = result
  }
}

type Outcome = Pick<SpfResult, 'result' | 'reason'>

class Evaluation {
  readonly #question: SpfQuestion
  readonly domains: string[] = []
  lookups = 0
  #void = 0

  constructor(question: SpfQuestion) {
    this.#question = question
  }

  async check(domain: string): Promise<Outcome> {
    // RFC 7208 4.3: a name that cannot be one has no record.
    if (!isUsable(domain)) return { result: 'none', reason: `${domain.slice(0, 100)} is no name of a domain` }
    this.domains.push(domain)
    const answer = await this.#question.resolver.query(domain, 'TXT')
    if (answer.kind === 'failure') throw new Stop('temperror', `${domain}: ${answer.detail}`)
    const records = answer.kind === 'records' ? answer.records.filter(isSpf) : []
    const [text] = records
    if (text === undefined) return { result: 'none', reason: `${domain} has no SPF record` }
    // RFC 7208 4.5.
    if (records.length > 1) throw new Stop('permerror', `${domain} has ${records.length} SPF records`)
    const record = parseSpf(text)
    if (record.kind === 'broken') throw new Stop('permerror', `${domain}: ${record.term}: ${record.why}`)
    for (const mechanism of record.mechanisms)
      if (await this.#matches(mechanism, domain)) return { result: mechanism.qualifier, reason: `${mechanism.text} of ${domain}` }
    if (record.redirect === undefined) return { result: 'neutral', reason: `no term of ${domain} matches` }
    // RFC 7208 6.1: redirect counts only where nothing matched, and "none" there is permerror here.
    this.#count(`redirect=${record.redirect}`)
    const target = this.#expand(record.redirect, domain)
    const outcome = await this.check(target)
    if (outcome.result === 'none') throw new Stop('permerror', `redirect to ${target}, which has no SPF record`)
    return outcome
  }

  async #matches(mechanism: Mechanism, domain: string): Promise<boolean> {
    const { address } = this.#question
    switch (mechanism.kind) {
      case 'all':
        return true
      case 'ip':
        return isWithin(address, mechanism.address, mechanism.bits)
      case 'include':
        return this.#includes(mechanism.text, this.#expand(mechanism.domain, domain))
      case 'exists':
        this.#count(mechanism.text)
        // RFC 7208 5.7: A, whichever way the connection came.
        return (await this.#ask(this.#expand(mechanism.domain, domain), 'A')).length > 0
      case 'a':
        this.#count(mechanism.text)
        return this.#holds(this.#target(mechanism.domain, domain), mechanism)
      case 'mx':
        return this.#mx(mechanism, domain)
      case 'ptr':
        return this.#ptr(mechanism.text, this.#target(mechanism.domain, domain))
    }
  }

  /** RFC 7208 5.2, the table. */
  async #includes(text: string, target: string): Promise<boolean> {
    this.#count(text)
    const { result } = await this.check(target)
    if (result === 'none') throw new Stop('permerror', `${text}: ${target} has no SPF record`)
    return result === 'pass'
  }

  async #mx(mechanism: Extract<Mechanism, { kind: 'a' | 'mx' }>, domain: string): Promise<boolean> {
    this.#count(mechanism.text)
    const target = this.#target(mechanism.domain, domain)
    const hosts = await this.#ask(target, 'MX')
    // RFC 7208 4.6.4: more than ten names is permerror.
    if (hosts.length > maxHosts) throw new Stop('permerror', `${target} has ${hosts.length} MX records, more than ${maxHosts}`)
    for (const { exchange } of hosts) if (exchange !== '' && (await this.#holds(exchange, mechanism))) return true
    return false
  }

  async #holds(host: string, { bits4, bits6 }: { readonly bits4: number; readonly bits6: number }): Promise<boolean> {
    const four = isIPv4(this.#question.address)
    const addresses = await this.#ask(host, four ? 'A' : 'AAAA')
    return addresses.some((one) => isWithin(this.#question.address, one, four ? bits4 : bits6))
  }

  /** RFC 7208 5.5: an error in finding the name is no match, and no more than ten are looked at. */
  async #ptr(text: string, target: string): Promise<boolean> {
    this.#count(text)
    const reverse = await lookupReverse(this.#question.resolver, this.#question.address)
    if (reverse.kind !== 'names' || reverse.confirmed === undefined) return false
    return reverse.confirmed === target || reverse.confirmed.endsWith(`.${target}`)
  }

  async #ask<T extends 'A' | 'AAAA' | 'MX'>(name: string, type: T) {
    if (!isUsable(name)) return this.#nothing(name)
    const answer = await this.#question.resolver.query(name, type)
    if (answer.kind === 'failure') throw new Stop('temperror', `${name}: ${answer.detail}`)
    return answer.kind === 'records' ? answer.records : this.#nothing(name)
  }

  /** RFC 7208 4.6.4: look-ups that find nothing are counted too. */
  #nothing(name: string): [] {
    if (++this.#void > maxVoid)
      throw new Stop('permerror', `more than ${maxVoid} names without an answer, the last is ${name.slice(0, 100)}`)
    return []
  }

  #count(term: string): void {
    if (++this.lookups > maxLookups) throw new Stop('permerror', `more than ${maxLookups} look-ups, at ${term.slice(0, 100)}`)
  }

  #target(spec: string | undefined, domain: string): string {
    return spec === undefined ? domain : this.#expand(spec, domain)
  }

  #expand(spec: string, domain: string): string {
    const { sender, address, helo } = this.#question
    const values: MacroValues = { sender, domain, address, helo }
    return expandDomain(spec, values)
  }
}

/** RFC 7208 4.3: more than one label, none empty or too long. */
function isUsable(name: string): boolean {
  const labels = name.split('.')
  return name.length <= 253 && labels.length >= 2 && labels.every((label) => label.length > 0 && label.length <= 63)
}

function isWithin(address: string, network: string, bits: number): boolean {
  const family = isIP(network)
  if (family === 0 || isIP(address) !== family) return false
  const list = new BlockList()
  const name = family === 4 ? 'ipv4' : 'ipv6'
  list.addSubnet(network, bits, name)
  return list.check(address, name)
}
