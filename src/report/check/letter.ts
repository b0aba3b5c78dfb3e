import { visible } from '../../escape.ts'
import type { CheckResult } from '../../check/index.ts'
import { type GatheredFinding, gatherFindings } from './gather.ts'
import { undouble } from '../undouble.ts'

/** Findings that are for us to mend: no provider need read of them. */
const ours = ['address-refused', 'name-refused', 'rate-limited', 'own-clock', 'clock-apart']

/** What to write to the provider of a target, to be copied; undefined where there is nothing to ask for. */
export function writeLetter(result: CheckResult): string | undefined {
  const asked = gatherFindings(result).filter(
    ({ finding }) => ['high', 'medium'].includes(finding.severity) && !ours.includes(finding.rule),
  )
  if (asked.length === 0) return undefined
  const name = visible(result.domain ?? result.target)
  return [
    `Subject: Encryption of mail to ${name}`,
    '',
    'Hello,',
    '',
    `we send mail to ${name}. On ${result.checkedAt.slice(0, 10)} we examined whether it can travel encrypted, and found:`,
    ...asked.flatMap((gathered, index) => ['', ...describe(gathered, index + 1)]),
    '',
    'Could you look into this, and tell us when it is mended? We hold mail back where it cannot be sent safely.',
    '',
    'Thank you',
  ].join('\n')
}

function describe({ finding, hosts }: GatheredFinding, number: number): string[] {
  const where = hosts.map(({ mx, address, port }) => visible(`${mx}${address === undefined ? '' : ` (${address} port ${port})`}`))
  const request = askFor(finding.next)
  return [
    `${number}. ${undouble(visible(finding.title))}.`,
    ...(where.length > 0 ? [`   Where: ${where.join(', ')}`] : []),
    `   Seen: ${undouble(visible(finding.evidence, 300))}`,
    ...(request === undefined ? [] : [`   ${request}`]),
  ]
}

/** Rules say "Ask the provider to …" to the person who reads them; here the provider reads, and needs the request alone. */
function askFor(next: string): string | undefined {
  const [, word, what = ''] = /^Ask the [^;]*? (to|for|why|what) ([^;]+)/.exec(next) ?? []
  if (word === undefined) return undefined
  const request = what.replace(/(?:, and check the clock of this machine)?\.?$/, '')
  return `We ask ${word === 'for' ? '' : 'you '}${word} ${request}.`
}
