import { visible } from '../../escape.ts'
import type { ListReport } from './report.ts'
import { printCount, printNumber, printShare } from '../table.ts'

/** Providers named one by one; the others are in the table. */
const named = 3

/** What to do about a list, in plain words, what helps most people first. */
export function advise(report: Omit<ListReport, 'advice'>): readonly string[] {
  const { summary, list, level } = report
  const advice: string[] = []
  if (summary.below.recipients > 0) {
    advice.push(
      `${people(summary.below.recipients, list.recipients)} below level ${level}: Sealpost holds these messages rather than send them less protected. Write to these people in another way, leave them out, or have their provider mend it.`,
      ...askProviders(report),
    )
  }
  if (isBelowForCertificates(report))
    advice.push(
      'Some of these do encrypt, with a certificate that does not prove whose server it is. The level encrypted would reach them, and still nothing would travel in plaintext.',
    )
  if (summary.untested.recipients > 0)
    advice.push(
      `${people(summary.untested.recipients, list.recipients)} at domains whose servers could not be tested, or not all of them. That says nothing about their encryption: run the same command again in an hour or more.`,
    )
  if (summary['no-mail'].recipients > 0)
    advice.push(
      `${people(summary['no-mail'].recipients, list.recipients)} at domains that take no mail, mostly for a slip in the address. Correct these rows or take them out: they only cost you reputation.`,
    )
  if (list.invalid > 0)
    advice.push(`${printCount(list.invalid, 'row')} of the list cannot be sent to at all; sealpost send leaves them out.`)
  if (summary.unknown.recipients > 0)
    advice.push(`${people(summary.unknown.recipients, list.recipients)} not looked at yet: run the same command again to go on.`)
  if (advice.length === 0 && list.recipients > 0) advice.push(`Nothing: every recipient can be reached at level ${level}.`)
  return advice
}

function people(count: number, all: number): string {
  return `${printCount(count, 'recipient')} (${printShare(count, all)})`
}

/** One request to whoever runs the servers of many helps more people than many to the domains. */
function askProviders({ providers, domains, summary }: Omit<ListReport, 'advice'>): string[] {
  const lines = providers
    .filter(({ id, below }) => id !== null && below > 0)
    .toSorted((a, b) => b.below - a.below)
    .slice(0, named)
    .map(({ name, below }) => `Ask ${name} first: its servers stand before ${printNumber(below)} of these recipients.`)
  const worst = domains.find(({ standing, provider }) => standing === 'below' && provider === null)
  if (worst && worst.recipients * 10 >= summary.below.recipients)
    lines.push(
      `Ask ${visible(worst.domain)}, with ${printCount(worst.recipients, 'recipient')}; sealpost check ${visible(worst.domain)} says what to tell them.`,
    )
  return lines
}

function isBelowForCertificates({ domains, level }: Omit<ListReport, 'advice'>): boolean {
  return level !== 'encrypted' && domains.some(({ standing, verdict }) => standing === 'below' && verdict === 'unauthenticated')
}
