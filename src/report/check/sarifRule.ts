import { type Severity, domainRules, hostRules, standingRules } from '../../check/index.ts'
import { sayPlainly } from '../sarifText.ts'

/** 3.27.10, by our severities. */
export const levels = { high: 'error', medium: 'warning', low: 'note', info: 'note' } as const

/** For programs that sort by a number of 0 to 10: in the middle of the bands that CVSS 3.1 (section 5) gives such words. */
const scores: Readonly<Record<Severity, string>> = { high: '8.0', medium: '5.5', low: '2.0', info: '0.0' }

/** What is known of a rule: all of it where it found something, less where it did not. */
interface KnownRule {
  readonly rule: string
  readonly title?: string
  readonly severity?: Severity
  readonly why?: string
  readonly next?: string
}

/** The rules of a run, each once, in the order of their first result. */
export class SarifRules {
  readonly #known = new Map<string, number>()
  readonly #list: unknown[] = []

  get list(): readonly unknown[] {
    return this.#list
  }

  /** The place of a rule in the list; it is added where it is new. */
  indexOf(known: KnownRule): number {
    const found = this.#known.get(known.rule)
    if (found !== undefined) return found
    this.#known.set(known.rule, this.#list.length)
    return this.#list.push(describeRule({ ...known, ...registered.get(known.rule) })) - 1
  }
}

/** The register has all of a rule; where it knows one, that counts, so that a rule reads the same in each run. */
const registered: ReadonlyMap<string, KnownRule> = new Map(
  [...hostRules, ...standingRules, ...domainRules].map(({ id, title, severity, why, next }) => [
    id,
    { rule: id, title, severity, why, next },
  ]),
)

function describeRule({ rule, title = rule, severity, why, next }: KnownRule): unknown {
  return {
    id: rule,
    shortDescription: { text: sayPlainly(title) },
    ...(why === undefined ? {} : { fullDescription: { text: sayPlainly(why) } }),
    ...(next === undefined ? {} : { help: { text: sayPlainly(next) } }),
    ...(severity === undefined
      ? {}
      : {
          defaultConfiguration: { level: levels[severity] },
          properties: { 'security-severity': scores[severity], tags: ['security', 'tls', 'email'] },
        }),
  }
}
