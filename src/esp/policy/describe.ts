import { visible } from '../../escape.ts'
import type { Documented } from './documented.ts'
import type { Plan } from './plan.ts'
import type { Provider } from './provider.ts'
import { printTarget } from './request.ts'
import type { Reading } from './session.ts'
import { type Holder, type HopLevel, type Settings, reaches } from './setting.ts'

/** What a level means for a message, to somebody who sends newsletters. */
export function explainLevel(level: HopLevel | undefined, provider: string): string {
  switch (level) {
    case 'opportunistic':
      return `${provider} encrypts a message where the recipient's server lets it, and hands it over in plaintext where not: whoever is on the way can read it, and nobody is told.`
    case 'encrypted':
      return `${provider} hands a message over encrypted or not at all. Nothing demands a certificate that proves whose server it is, so somebody who can redirect the connection could still read along.`
    case 'valid':
      return `${provider} hands a message over encrypted, to a server whose certificate holds for its name, or not at all.`
    case undefined:
      return `${provider} does not say in its answer what is set, so nothing is known of it, neither good nor bad.`
  }
}

/** `domain example.org`, `the whole account`. */
export function nameHolder({ kind, name }: Holder): string {
  return kind === 'account' ? 'the whole account' : `${kind} ${visible(name, 253)}`
}

export function describeReading(provider: Provider, { holder, settings, level }: Reading): readonly string[] {
  const verdict = level === undefined ? 'not known' : reaches(level, 'encrypted') ? level : `${level}, below encrypted`
  return [
    `${capitalize(nameHolder(holder))}: ${verdict}`,
    `  ${printSettings(settings) || 'the answer does not have the switch'}`,
    `  ${explainLevel(level, provider.name)}`,
  ]
}

/** The change before it is made: from what to what, and with which request. */
export function describeChange(
  provider: Provider,
  holder: Holder,
  plan: Extract<Plan, { kind: 'change' }>,
  base: string,
): readonly string[] {
  const { from, to, changes, settings, request, lowers, warning } = plan
  return [
    `Change at ${provider.name}, ${nameHolder(holder)}:`,
    ...changes.map((change) => `  ${change.setting}: ${show(change.from)} -> ${show(change.to)}`),
    `  demanded of the second hop: ${from ?? 'not known'} -> ${to}`,
    `  ${explainLevel(to, provider.name)}`,
    ...(lowers
      ? ['  WARNING: this gives up what is demanded now. Messages may travel in plaintext from then on.']
      : [`  ${provider.onFailure} Recipients at servers that cannot do this get nothing any more.`]),
    ...(warning === undefined ? [] : [`  Note: ${warning}`]),
    `  Request: ${request.method} ${base}${printTarget(request)}`,
    `  with ${printSettings(settings)}`,
  ]
}

export function describeDocumented(documented: Documented): readonly string[] {
  return documented.kind === 'words'
    ? [
        `${documented.name}: the switch is not to be read or set over an API that is documented.`,
        documented.words,
        `Source: ${documented.source}`,
      ]
    : [
        `${documented.name}: this provider documents no switch: the second hop cannot be demanded.`,
        'None was found in its public documentation (read 2026-11-23), so messages may go on from there in plaintext. Ask the provider, or choose one with a switch.',
        `Where it was looked for: ${documented.source}`,
      ]
}

/** `require_tls=true, skip_verification=false` */
export function printSettings(settings: Settings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${show(value)}`)
    .join(', ')
}

function show(value: string | number | boolean | undefined): string {
  return value === undefined ? 'not set' : visible(String(value), 100)
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
