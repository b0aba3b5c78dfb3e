import { visible } from '../../escape.ts'
import { type Rule, broken, untested } from '../finding.ts'

export const tlsSecondHop: Rule = {
  id: 'tls-second-hop',
  severity: 'info',
  title: 'What the provider demands of the second hop is not known',
  why: 'Sealpost sees the connection to the provider; from there on mail goes as the provider was told, and by default mostly in plaintext where no encryption is offered.',
  next: "Look at the provider's switch with sealpost esp policy, and set it to demand TLS.",
  sources: [],
  receivers: [],
  look: ({ route }) => {
    if (route.kind !== 'relay') return undefined
    const { provider } = route
    if (!provider) return untested(`${visible(route.host ?? 'the relay')} is of no provider that is known here`)
    return provider.switch === undefined
      ? broken(`${provider.name} documents no switch for it`)
      : broken(`${provider.name}: ${visible(provider.switch, 200)}`)
  },
}
