import { type Misfit, type PolicyField, type Resolver, lookupTexts, readPolicyRecord } from '../dns/index.ts'
import { type BadUri, type ReportUri, readReportUri } from './uri.ts'

/** A domain's wish for reports on TLS (RFC 8460 3). */
export interface TlsRptRecord {
  /** Those that a report can be sent to; a reporter may use each. */
  readonly rua: readonly ReportUri[]
  /** Fields that RFC 8460 does not know, which are ignored. */
  readonly extensions: readonly PolicyField[]
}

export type TlsRptError =
  | { readonly kind: 'missing-rua' }
  | BadUri
  /** More than anybody needs: the rest is left out. */
  | { readonly kind: 'too-many-rua'; readonly limit: number }
  | { readonly kind: 'bad-field'; readonly text: string }

/** What the records of a name come to. Only `record` asks for reports. */
export type TlsRptRecords =
  /** `problems` leave at least one address that reports can go to. */
  | { readonly kind: 'record'; readonly record: TlsRptRecord; readonly problems: readonly TlsRptError[] }
  | { readonly kind: 'none'; readonly misfits: readonly Misfit[] }
  | { readonly kind: 'several'; readonly count: number }
  | { readonly kind: 'malformed'; readonly errors: readonly TlsRptError[] }

export type TlsRptAnswer = TlsRptRecords | { readonly kind: 'temporary'; readonly detail: string }

const maxUris = 20

/**
 * Asks for `_smtp._tls.DOMAIN`, following CNAMEs.
 *
 * @param domain in A-labels
 */
export async function lookupTlsRpt(resolver: Resolver, domain: string): Promise<TlsRptAnswer> {
  const answer = await lookupTexts(resolver, `_smtp._tls.${domain}`)
  return answer.kind === 'temporary' ? answer : parseTlsRpt(answer.texts)
}

/**
 * Reads TXT records, each with its strings joined (RFC 8460 3).
 *
 * @example
 * ```ts
 * parseTlsRpt(['v=TLSRPTv1; rua=mailto:tls@example.com,https://example.com/tls']).kind === 'record'
 * ```
 */
export function parseTlsRpt(texts: readonly string[]): TlsRptRecords {
  const found = readPolicyRecord(texts, 'TLSRPTv1', ['rua'])
  if (found.kind !== 'fields') return found
  // RFC 8460 3: any number of rua fields, each a list with commas.
  const fields = found.fields.filter(({ name }) => name === 'rua')
  const uris = fields.flatMap(({ value }) => value.split(',').map((text) => text.replace(/^[ \t]+|[ \t]+$/g, '')))
  const read = uris.slice(0, maxUris).map(readReportUri)
  const rua = read.filter((uri) => uri.kind !== 'bad-rua')
  const problems: TlsRptError[] = [
    ...found.bad.map((text) => ({ kind: 'bad-field' as const, text })),
    ...(fields.length === 0 ? [{ kind: 'missing-rua' as const }] : []),
    ...read.filter((uri) => uri.kind === 'bad-rua'),
    ...(uris.length > maxUris ? [{ kind: 'too-many-rua' as const, limit: maxUris }] : []),
  ]
  // What is no field at all makes the record none by the grammar; an address that is none leaves the others.
  if (rua.length === 0 || found.bad.length > 0) return { kind: 'malformed', errors: problems }
  return { kind: 'record', record: { rua, extensions: found.fields.filter(({ name }) => name !== 'rua') }, problems }
}
