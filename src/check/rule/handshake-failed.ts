import { visible } from '../../escape.ts'
import { alertName, findAlert, readAlert, readSuite } from '../../tls/index.ts'
import { nameVersion } from '../describe.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** The server went away once TLS had been asked for. */
function isLateSilence(seen: HostObservation): boolean {
  const { end } = seen.decisive
  return (end.kind === 'closed' || end.kind === 'timeout') && (end.stage === 'starttls' || end.stage === 'inside')
}

/** Case 28. */
export const handshakeFailed: Rule<HostObservation> = {
  id: 'handshake-failed',
  severity: 'high',
  title: 'The TLS handshake does not come to its end',
  why: 'No careful sender can deliver, and careless ones go on in plaintext.',
  next: 'Show the provider the transcript; a missing key, an old TLS version or a filter is the usual cause.',
  look: (seen) => {
    if (!/^handshake-(?!not-tls)/.test(seen.judgement.cause) && !isLateSilence(seen)) return undefined
    const quote = seen.judgement.quote === undefined ? [] : [visible(seen.judgement.quote)]
    return [[seen.judgement.words, ...quote].join(': '), ...tellSide(seen), ...tellChoice(seen)].join('; ')
  },
}

/** Whether the server refused, or our own library did (cases.md 29, 55). */
function tellSide({ decisive: { record, end } }: HostObservation): readonly string[] {
  const alert = record.flight && findAlert(record.flight)
  if (alert !== undefined) {
    const meaning = readAlert(alert)?.meaning
    return [`the server sent alert ${alertName(alert)} (${alert})${meaning === undefined ? '' : `: ${meaning}`}`]
  }
  if (end.kind !== 'handshake-failed' || (end.failure.why !== 'version' && end.failure.why !== 'other')) return []
  return ['it was our own TLS library that refused']
}

/** What the server has, as far as hellos of ours showed it. */
function tellChoice({ survey }: HostObservation): readonly string[] {
  const lists = survey?.suites.filter(({ suites }) => suites.length > 0) ?? []
  if (lists.length === 0) return []
  const named = lists.map(
    ({ version, suites }) => `${nameVersion(version)} with ${suites.map(({ id }) => nameSuite(id)).join(', ')}`,
  )
  return [`hellos of our own were answered with ${named.join('; ')}`]
}

function nameSuite(id: number): string {
  return readSuite(id)?.name ?? String(id)
}
