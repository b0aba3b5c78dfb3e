import { Limit, type LimitOptions } from './limit.ts'
import { published } from './published.ts'
import type { DeliveryRule, DeliveryRules, RuleMatch, SharedRule } from './rule.ts'

export interface BookOptions extends LimitOptions, DeliveryRules {
  /** The id of the provider that a host belongs to, by its name. */
  readonly providerOf: (host: string) => string | undefined
}

/** What a destination may be given. */
export interface Limits {
  /** For the lane alone. */
  readonly rule: DeliveryRule
  /** For all lanes that share it; undefined where the destination shares with none. Domains of one lane share one. */
  readonly shared: Limit | undefined
}

interface Scope {
  readonly name: string
  readonly change: SharedRule['change']
}

/** Lanes whose limits are remembered when they are over. */
const mostLanes = 10_000

/** Finds the limits of destinations. Each provider and each rule has one `Limit`, whoever asks. */
export class LimitBook {
  readonly #options: BookOptions
  readonly #shared = new Map<string, Limit>()
  /** The last that were asked for at the end. */
  readonly #lanes = new Map<string, Limit>()

  constructor(options: BookOptions) {
    this.#options = options
  }

  /**
   * The first rule that matches counts, else the provider's own. A destination belongs to a provider, or below a pattern,
   * with all its hosts: a domain that names a provider's host beside its own would else slow down the provider's.
   */
  limitsFor(hosts: readonly string[], domain: string): Limits {
    const { lane } = this.#options
    const provider = this.#findProvider(hosts)
    const scope = this.#findScope(hosts, domain, provider)
    if (!scope) return { rule: lane, shared: undefined }
    const whole: DeliveryRule = { ...lane, ...dropMissing(published[provider ?? '']), ...dropMissing(scope.change) }
    const connections = scope.change.connections ?? lane.connections
    // What is counted together is not counted once more for each lane.
    const rule: DeliveryRule = { ...whole, connections, messagesPerHour: undefined, warmUp: [] }
    return { rule, shared: this.#share(scope.name, whole) }
  }

  /**
   * Limits of a lane's own. A lane that ends and begins again goes on with them: its pause is as long, and it need not
   * wait for an hour of which it knows nothing.
   */
  limitLane(key: string, rule: DeliveryRule): Limit {
    const limit = this.#lanes.get(key) ?? new Limit(`lane ${key}`, rule, this.#options)
    this.#lanes.delete(key)
    this.#lanes.set(key, limit)
    for (const [oldest, { connections }] of this.#lanes) {
      if (this.#lanes.size <= mostLanes) break
      if (connections === 0) this.#lanes.delete(oldest)
    }
    return limit
  }

  #share(name: string, rule: DeliveryRule): Limit {
    const known = this.#shared.get(name)
    if (known) return known
    const limit = new Limit(name, rule, this.#options)
    this.#shared.set(name, limit)
    return limit
  }

  #findScope(hosts: readonly string[], domain: string, provider: string | undefined): Scope | undefined {
    const rule = this.#options.rules.find(({ match }) => matches(match, hosts, domain, provider))
    if (rule) return { name: nameScope(rule.match), change: rule.change }
    return provider === undefined ? undefined : { name: nameScope({ kind: 'provider', provider }), change: {} }
  }

  #findProvider(hosts: readonly string[]): string | undefined {
    const [first, ...others] = new Set(hosts.map((host) => this.#options.providerOf(host)))
    return others.length === 0 ? first : undefined
  }
}

/** An entry that is undefined counts as left out, but for the one limit that can be lifted so. */
function dropMissing(change: SharedRule['change'] = {}): Partial<DeliveryRule> {
  return Object.fromEntries(Object.entries(change).filter(([name, value]) => value !== undefined || name === 'messagesPerHour'))
}

function matches(match: RuleMatch, hosts: readonly string[], domain: string, provider: string | undefined): boolean {
  switch (match.kind) {
    case 'provider':
      return match.provider === provider
    case 'mx':
      return hosts.length > 0 && hosts.every((host) => matchesPattern(match.pattern, host.toLowerCase().replace(/\.$/, '')))
    case 'domain':
      return match.domain === domain
  }
}

function matchesPattern(pattern: string, host: string): boolean {
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern
}

/** A name that stays the same as long as the rule is about the same, for what is on the disk. */
function nameScope(match: RuleMatch): string {
  switch (match.kind) {
    case 'provider':
      return `provider ${match.provider}`
    case 'mx':
      return `mx ${match.pattern}`
    case 'domain':
      return `domain ${match.domain}`
  }
}
