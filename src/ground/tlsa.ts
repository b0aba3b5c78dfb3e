import { hash } from 'node:crypto'
import type { HostKnowledge } from './host.ts'

type Lookup = NonNullable<HostKnowledge['lookup']>
type Record = Extract<Lookup, { kind: 'usable' | 'unusable' }>['unusable'][number]['record']

/** A host's TLSA records, as they are written down. */
export interface TlsaList {
  /** Whether they are signed, by the word of a resolver that counts; only such were used. */
  readonly secure: boolean
  /** As in a zone, `3 1 1 hex`; sorted, for the DNS turns them round as it likes. */
  readonly records: readonly string[]
}

/** Octets of a record that are shown as they are: the longest digest. A certificate in full is named by its SHA-256. */
const longest = 64

/** The TLSA records that were found for a host; undefined where there were none, or nothing was asked. */
export function listTlsa({ lookup }: HostKnowledge): TlsaList | undefined {
  switch (lookup?.kind) {
    case 'usable':
    case 'unusable': {
      const usable = lookup.kind === 'usable' ? lookup.records : []
      return { secure: true, records: printAll([...usable, ...lookup.unusable.map(({ record }) => record)]) }
    }
    case 'none':
      return lookup.insecure && { secure: false, records: printAll(lookup.insecure) }
    case 'failed':
    case 'not-tested':
    case undefined:
      return undefined
  }
}

function printAll(records: readonly Record[]): string[] {
  return records.map(print).toSorted()
}

function print({ usage, selector, matchingType, data }: Record): string {
  const shown = data.length > longest ? `sha256:${hash('sha256', data)}` : data.toString('hex')
  return `${usage} ${selector} ${matchingType} ${shown}`
}
