import { type Json, canonicalize } from './canonical.ts'
import { type Failure, failed } from './failure.ts'
import { isObject } from './text.ts'

/** The version stands in each entry, so that one of another format never passes for one of this. */
export const leafFormat = 'sealpost-evidence/1'
const maxLeafOctets = 65_535

export type Leaf = Readonly<Record<string, Json>>

/** An object of the log, apart from what is wrong with it: its own members could say anything. */
export interface Read {
  readonly kind: 'read'
  readonly leaf: Leaf
}

/** Reads an entry of the log: canonical JSON (RFC 8785) of a known format and of the kind that is asked for. */
export function readLeaf(text: string, kind: 'session' | 'attempt' | 'act', where: string): Read | Failure {
  const malformed = (why: string): Failure => failed('leaf-malformed', where, why)
  if (Buffer.byteLength(text) > maxLeafOctets) return malformed(`the entry is longer than ${maxLeafOctets} octets`)
  let value: unknown
  try {
    value = JSON.parse(text)
    // Else the same entry could be written in two ways, and read in two.
    if (!isObject(value) || canonicalize(value as Leaf) !== text) return malformed('the entry is not an object in canonical JSON')
  } catch {
    return malformed('the entry is not JSON, or nested too deep')
  }
  const leaf = value as Leaf
  if (leaf['format'] !== leafFormat) return malformed(`the entry is not of the format ${leafFormat}`)
  return leaf['kind'] === kind ? { kind: 'read', leaf } : failed('leaf-other-kind', where, `the entry is not of the kind ${kind}`)
}
