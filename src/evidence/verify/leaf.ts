import { type Json, canonicalize } from './canonical.ts'
import { type Failure, failed } from './failure.ts'
import { parseJson } from './json.ts'
import { type JsonObject, isObject } from './shape.ts'
import { encodeText } from './text.ts'
import { type LeafKind, leafShapes } from './leafShape.ts'

/** The version stands in each entry, so that one of another format never passes for one of this. */
export const leafFormat = 'sealpost-evidence/1'
const maxLeafOctets = 65_535

/** An object of the log, apart from what is wrong with it: its own members could say anything. */
export interface Read {
  readonly kind: 'read'
  readonly leaf: JsonObject
}

/** Reads an entry of the log: canonical JSON (RFC 8785) of a known format and of the kind that is asked for. */
export function readLeaf(text: string, kind: LeafKind, where: string): Read | Failure {
  const malformed = (why: string): Failure => failed('leaf-malformed', where, why)
  if (encodeText(text).length > maxLeafOctets) return malformed(`the entry is longer than ${maxLeafOctets} octets`)
  const leaf: Json | undefined = parseJson(text)
  if (!isObject(leaf)) return malformed('the entry is not an object in JSON, or nested too deep')
  // Else the same entry could be written in two ways, and read in two.
  if (canonicalize(leaf) !== text) return malformed('the entry is not in canonical form')
  if (leaf['format'] !== leafFormat) return malformed(`the entry is not of the format ${leafFormat}`)
  if (leaf['kind'] !== kind) return failed('leaf-other-kind', where, `the entry is not of the kind ${kind}`)
  return leafShapes[kind](leaf) ? { kind: 'read', leaf } : malformed(`the entry has not the members that the kind ${kind} has`)
}
