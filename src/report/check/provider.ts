import type { CheckResult } from '../../check/index.ts'

type Recognised = CheckResult['providers'][number]

const tokens: Readonly<Record<Recognised['by'], string>> = { host: 'host', mx: 'MX', spf: 'SPF includes' }

/**
 * Who runs the servers and who sends, in a line; undefined where nobody was recognised. The names in it are from the
 * DNS: not yet escaped.
 *
 * @example `Google (MX aspmx.l.google.com); Amazon SES or Resend (SPF includes amazonses.com)`
 */
export function nameProviders({ providers }: CheckResult): string | undefined {
  if (providers.length === 0) return undefined
  // What one name may stand for are alternatives.
  return [...Map.groupBy(providers, ({ by, evidence }) => `${tokens[by]} ${evidence}`)]
    .map(([token, same]) => `${same.map(({ name }) => name).join(' or ')} (${token})`)
    .join('; ')
}
