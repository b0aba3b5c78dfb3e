import { wrongModes } from '../../esp/index.ts'
import { type SendingProvider, listEndpoints } from '../../provider/index.ts'
import { wrap } from '../wrap.ts'
import { printTable } from '../table.ts'

export const apiOnly = '  No SMTP: mail is handed in by its API. Only how it sends on can be judged.'

/** All rows, one a line. */
export function printProviders(providers: readonly SendingProvider[], width?: number): string {
  const rows = providers.map((provider) => {
    const ports = listEndpoints(provider).map(({ port }) => port)
    return [provider.id, provider.kind, ports.length, provider.name, printDemand(provider)]
  })
  return `${printTable(['id', 'kind', 'endpoints', 'name', 'TLS compulsory'], rows, width)}\n`
}

/** One row with everything that is known. */
export function printProvider(provider: SendingProvider, columns?: number): string {
  const width = Math.min(columns ?? 80, 100)
  const { name, id, kind, tls, outbound } = provider
  const tell = (head: string, text: string | undefined): string[] =>
    text === undefined || text === '' ? [] : wrap(`  ${head.padEnd(16)}`, text, 18, width)
  return `${[
    `${name} (${id}), ${kind}`,
    ...tell('documentation', provider.docs),
    ...tell('it says', tls.words ?? 'nothing of TLS was read'),
    ...tell('TLS compulsory', printDemand(provider)),
    ...tell('oldest TLS', tls.floor),
    ...tell('log-in', provider.logins.join(', ')),
    ...tell('SPF includes', provider.spf.join(', ')),
    ...tell('return paths', provider.returnPaths.join(', ')),
    ...tell('mailboxes of', provider.domains?.join(', ')),
    ...tell(
      'to recipients',
      outbound
        ? `${outbound.option} (${outbound.values.join(' | ')}; by default ${outbound.byDefault}) for: ${outbound.scope}. Certificate verified: ${outbound.certificate ?? 'not said'}. Without TLS: ${outbound.onFailure}.`
        : 'no switch for TLS is documented: take it for opportunistic',
    ),
    ...tell('worth knowing', provider.note),
    ...tell('sources', provider.sources.length > 0 ? provider.sources.join('; ') : 'general knowledge'),
    ...tell('read on', provider.checkedOn),
    '',
    ...printPlaces(provider),
    ...explainModes(provider, width),
  ].join('\n')}\n`
}

function printDemand({ tls, places }: SendingProvider): string {
  if (places.length === 0) return 'API only'
  return tls.demanded === undefined ? 'not said' : tls.demanded ? 'yes' : 'no'
}

function printPlaces(provider: SendingProvider): string[] {
  if (provider.places.length === 0) return [apiOnly]
  const byHost = Map.groupBy(listEndpoints(provider), ({ host, protocol }) => `${host} ${protocol}`)
  const rows = [...byHost.values()].map((same) => {
    const ports = (security: string): string =>
      same
        .filter((endpoint) => endpoint.security === security)
        .map(({ port, seen }) => `${port}${seen ? '' : '?'}`)
        .join(' ')
    const [first] = same
    return [
      first?.host ?? '',
      first?.region ?? '',
      first?.protocol ?? '',
      ports('starttls'),
      ports('optional'),
      ports('implicit'),
    ]
  })
  const table = printTable(['host', 'region', 'protocol', 'STARTTLS', 'STARTTLS or none', 'TLS at once'], rows)
  const unseen = listEndpoints(provider).some(({ seen }) => !seen)
  return [
    ...table.split('\n').map((line) => `  ${line}`),
    ...(unseen ? ['  A ? marks a port that no source names: it is inferred, or from memory.'] : []),
  ]
}

/** The error messages that people come with, for the kinds of ports that there are. */
function explainModes(provider: SendingProvider, width: number): string[] {
  const securities = new Set(listEndpoints(provider).map(({ security }) => security))
  const explain = (mode: keyof typeof wrongModes): string[] => {
    const { errors, next } = wrongModes[mode]
    const words = errors.map(({ words }) => `"${words}"`).join(', ')
    return wrap('    ', `${words}: ${next}`, 6, width)
  }
  const lines = [
    ...(securities.has('starttls') || securities.has('optional') ? explain('implicit-at-starttls') : []),
    ...(securities.has('implicit') ? explain('starttls-at-implicit') : []),
  ]
  return lines.length === 0 ? [] : ['', '  If a program says', ...lines]
}
