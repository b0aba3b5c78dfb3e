import { visible } from '../../escape.ts'
import type { RouteFacts, SecondHopFacts, SwitchFacts } from '../facts.ts'
import { type Looked, type Rule, broken, kept, untested } from '../finding.ts'
import { sources } from '../source.ts'

export const tlsSecondHop: Rule = {
  id: 'tls-second-hop',
  severity: 'warning',
  title: 'The provider may hand messages on in plaintext',
  why: 'Sealpost sees the connection to the provider; from there on mail goes as the provider was told, and by default mostly in plaintext where no encryption is offered.',
  next: 'Set its switch to demand TLS (sealpost esp policy shows it, and sets it with --set encrypted). With the API key of the provider in the environment it is looked at here.',
  sources: [sources.sesTls, sources.mailgunTls, sources.sendgridTls, sources.resendTls],
  receivers: [],
  look: ({ route }) => {
    if (route.kind !== 'relay') return undefined
    const { provider } = route
    if (!provider) return untested(`${visible(route.host ?? 'the relay')} is of no provider that is known here`)
    const { name, secondHop } = provider
    const documented = `${name}: ${visible(provider.switch ?? '', 200)}`
    if (secondHop?.kind === 'read') return judge(route, name, secondHop)
    if (secondHop) return untested(`${documented}; ${secondHop.why}`)
    return provider.switch === undefined
      ? broken(`${name} documents no switch for it`, 'info')
      : untested(`${documented}; there is no API to ask how it stands`)
  },
}

type Read = Extract<SecondHopFacts, { kind: 'read' }>

/** The provider's word for it is all that there is: no connection of that hop was seen. */
function judge({ level }: RouteFacts, name: string, { switches, certain, limit, command }: Read): Looked {
  const told = `${name} says: ${switches.map(describeSwitch).join('; ') || 'nothing is set up that could demand TLS'}`
  const weak = switches.length === 0 || switches.some((one) => one.level === 'opportunistic')
  // Who lets the first hop go in the clear is told so by another rule.
  if (weak) return broken(`${told}. To demand it: ${command} --set encrypted`, level === 'opportunistic' ? 'info' : 'warning')
  if (switches.some((one) => one.level === undefined)) return untested(told)
  if (!certain) return broken(`${told}. ${limit}`, 'info')
  const verified = level === 'valid' || level === 'authenticated'
  if (verified && switches.some((one) => one.level === 'encrypted'))
    return broken(`${told}, which is encrypted without a look at certificates; the campaign asks for ${level}`, 'info')
  return kept
}

function describeSwitch({ holder, settings, level }: SwitchFacts): string {
  return `${holder} is ${level ?? 'not told'} (${settings === '' ? 'its answer does not have the switch' : settings})`
}
