import type { Resolver } from '../dns/index.ts'
import { type Checkpoint, decodeBase64, encodeBase64, parseDecimal } from '../tlog/index.ts'

/** What of a checkpoint stands in the DNS: which log, how many entries, and their root. */
export type Recorded = Pick<Checkpoint, 'origin' | 'size' | 'root'>

const version = 'v=sealpost-checkpoint1'

/** Octets of one string of a TXT record (RFC 1035 3.3.14). */
const maxString = 255

/**
 * A checkpoint as the value of a TXT record, in strings of 255 octets at the most, which whoever reads them joins:
 *
 *     v=sealpost-checkpoint1 size=20852163 root=CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I= origin=log.example
 *
 * The origin is percent-encoded where it has other than letters, digits, and the signs of names and paths.
 */
export function printRecord({ origin, size, root }: Recorded): readonly string[] {
  const text = `${version} size=${size} root=${encodeBase64(root)} origin=${encodeOrigin(origin)}`
  return text.match(new RegExp(`.{1,${maxString}}`, 'g')) ?? []
}

/** As a line of a zone (RFC 1035 5.1). Nothing in it needs to be escaped. */
export function printZoneLine(name: string, recorded: Recorded): string {
  const strings = printRecord(recorded).map((text) => `"${text}"`)
  return `${name.replace(/\.$/, '')}. 3600 IN TXT ${strings.join(' ')}`
}

/** Reads such a value; undefined for anything else. */
export function parseRecord(text: string): Recorded | undefined {
  const [, decimal = '', base64 = '', encoded = ''] =
    /^v=sealpost-checkpoint1 size=(\d{1,16}) root=([A-Za-z0-9+/]{43}=) origin=([!-~]{1,4000})$/.exec(text) ?? []
  const [size, root, origin] = [parseDecimal(decimal), decodeBase64(base64), decodeOrigin(encoded)]
  if (size === undefined || root?.length !== 32 || origin === undefined || encodeOrigin(origin) !== encoded) return undefined
  return { origin, size, root }
}

/** What the DNS says of checkpoints. */
export type RecordLookup =
  | {
      readonly kind: 'records'
      readonly records: readonly Recorded[]
      /** The answer is signed, and the resolver that says so is trusted with it (the AD bit). */
      readonly secure: boolean
      /** Values that begin as such a record and are none. */
      readonly malformed: number
    }
  /** The DNS did not answer: nothing may be concluded. */
  | { readonly kind: 'temporary'; readonly detail: string }

/** Values of one name that are read. */
const maxRecords = 100

export async function lookupRecords(resolver: Resolver, name: string): Promise<RecordLookup> {
  const answer = await resolver.query(name.replace(/\.$/, ''), 'TXT')
  if (answer.kind === 'failure') return { kind: 'temporary', detail: answer.detail }
  const values = answer.kind === 'records' ? answer.records.filter((text) => text.startsWith(version)).slice(0, maxRecords) : []
  const records = values.flatMap((text) => parseRecord(text) ?? [])
  return { kind: 'records', records, secure: answer.authenticated, malformed: values.length - records.length }
}

function encodeOrigin(origin: string): string {
  return encodeURIComponent(origin).replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll("'", '%27')
}

function decodeOrigin(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}
