import { z } from 'zod'
import { type ActLeaf, actSchema } from './act.ts'
import { type AttemptLeaf, attemptSchema } from './attempt.ts'
import { type SessionLeaf, sessionSchema } from './session.ts'

/** An entry of the log, as data. */
export type Leaf = SessionLeaf | AttemptLeaf | ActLeaf

const leafSchema = z.discriminatedUnion('kind', [sessionSchema, attemptSchema, actSchema])

/** A leaf, or why an entry is none. */
export type LeafRead =
  | { readonly kind: 'leaf'; readonly leaf: Leaf }
  | { readonly kind: 'refused'; readonly failure: 'leaf-malformed' | 'leaf-not-canonical'; readonly why: string }

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Reads an entry: UTF-8, JSON in its canonical form (RFC 8785), of a form that the schema knows. */
export function readLeaf(entry: Uint8Array): LeafRead {
  let text: string
  let value: unknown
  try {
    text = utf8.decode(entry)
    value = JSON.parse(text)
  } catch {
    return { kind: 'refused', failure: 'leaf-malformed', why: 'it is not JSON in UTF-8' }
  }
  const read = leafSchema.safeParse(value)
  if (!read.success) {
    const [issue] = read.error.issues
    const place = issue?.path.length ? ` at ${issue.path.join('.').slice(0, 100)}` : ''
    return { kind: 'refused', failure: 'leaf-malformed', why: `it is not of the form sealpost-evidence/1${place}` }
  }
  // The schema bounds the depth. A key said twice, white space, another way to write a number: all print otherwise.
  if (!isSorted(value) || JSON.stringify(value) !== text) {
    return { kind: 'refused', failure: 'leaf-not-canonical', why: 'it is not written in the canonical form of RFC 8785' }
  }
  return { kind: 'leaf', leaf: read.data }
}

/** RFC 8785 3.2.3: keys in the order of their code units, at every depth. */
function isSorted(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (Array.isArray(value)) return value.every(isSorted)
  let before = ''
  for (const [key, item] of Object.entries(value)) {
    // The schema does not look at a key of this name.
    if (key === '__proto__' || key < before || !isSorted(item)) return false
    before = key
  }
  return true
}

/** The published schema of leaves (docs/schema/evidence.json). */
export function describeLeaves(): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(leafSchema)
  return {
    $schema,
    $id: 'https://sealpost.invalid/schema/evidence.json',
    title: 'sealpost-evidence/1',
    description: 'An entry of the evidence log: canonical JSON (RFC 8785), UTF-8, at most 65,535 octets.',
    ...rest,
  }
}
