import type { Reaction } from './behaviour.ts'
import type { PremasterForm } from './premaster.ts'

/** A ROBOT oracle: what a server does by the form of the premaster secret; of a form left out it lets nothing show. */
export type RobotOracle = Partial<
  Record<PremasterForm, { readonly when: 'client_key_exchange' | 'finished'; readonly reaction: Reaction }>
>

const illFormed: readonly PremasterForm[] = [
  'wrong-prefix',
  'no-zero',
  'short-padding',
  'wrong-length',
  'wrong-version',
  'no-ciphertext',
]

/**
 * An oracle with one answer for some forms: for all that are ill-formed it is a weak one, for `wrong-prefix` alone a
 * strong one (robotattack.org: it tells the first two octets, which is all that Bleichenbacher's attack needs).
 *
 * @example
 * ```ts
 * await startTlsServer({ suites: [0x002f], robot: makeOracle({ alert: 51 }) })
 * await startTlsServer({ suites: [0x002f], robot: makeOracle('silence', ['wrong-prefix'], 'finished') })
 * ```
 */
export function makeOracle(
  reaction: Reaction,
  forms: readonly PremasterForm[] = illFormed,
  when: 'client_key_exchange' | 'finished' = 'client_key_exchange',
): RobotOracle {
  return Object.fromEntries(forms.map((form) => [form, { when, reaction }]))
}
