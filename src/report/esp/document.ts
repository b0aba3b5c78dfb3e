import { type EndpointResult, type ProviderResult, differenceRegistry } from '../../esp/index.ts'
import { type SendingProvider, listEndpoints } from '../../provider/index.ts'
import { type EspCheckDocument, type ProvidersDocument, espCheckSchemaId, providersSchemaId } from './schema.ts'

type PublishedProvider = ProvidersDocument['providers'][number]
type PublishedEndpoint = EspCheckDocument['endpoints'][number]

/** Rows of the directory in the form that is published. */
export function publishProviders(providers: readonly SendingProvider[], software: string): ProvidersDocument {
  return { schema: providersSchemaId, software, providers: providers.map(publishProvider) }
}

/** What a comparison found, in the form that is published: field by field, as for a check. */
export function publishEspCheck(
  result: ProviderResult,
  run: { readonly software: string; readonly writtenAt: string },
): EspCheckDocument {
  return {
    schema: espCheckSchemaId,
    software: run.software,
    writtenAt: run.writtenAt,
    provider: publishProvider(result.provider),
    endpoints: result.endpoints.map(publishEndpoint),
  }
}

function publishProvider(row: SendingProvider): PublishedProvider {
  const { tls, outbound } = row
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    endpoints: listEndpoints(row).map((endpoint) => ({ ...endpoint })),
    tls: { ...tls },
    logins: [...row.logins],
    spf: [...row.spf],
    returnPaths: [...row.returnPaths],
    outbound: outbound && { ...outbound, values: [...outbound.values] },
    domains: row.domains && [...row.domains],
    note: row.note,
    docs: row.docs,
    sources: [...row.sources],
    checkedOn: row.checkedOn,
  }
}

function publishEndpoint({ endpoint, check, addresses }: EndpointResult): PublishedEndpoint {
  return {
    ...endpoint,
    addresses: addresses.map(({ address, outcome, reach, answers, differences }, index) => {
      const host = check.hosts[index]
      const { verdict, cause, words, quote } = host ?? check
      return {
        address,
        outcome,
        reach: { ...reach },
        answers: { ...answers },
        differences: differences.map(({ kind, severity, documented, seen }) => ({
          kind,
          severity,
          documented,
          seen,
          ...differenceRegistry[kind],
        })),
        verdict,
        cause,
        words,
        quote,
        version: host?.tls?.version,
        findings: host?.findings.map(({ rule }) => rule) ?? [],
      }
    }),
  }
}
