import { verifyEd25519 } from './digest.ts'
import { type Failure, failed } from './failure.ts'
import type { Proven } from './form.ts'
import { type VerifierKey, parseKey } from './key.ts'
import { readLeaf } from './leaf.ts'
import { type JsonObject, isObject } from './shape.ts'
import { decodeBase64, encodeText } from './text.ts'

/** What a key signs when another one takes its place. */
export function handoverText(origin: string, to: string): string {
  return `sealpost key rotation\n${origin}\n${to}\n`
}

export interface Followed {
  readonly kind: 'followed'
  readonly keys: readonly VerifierKey[]
}

/**
 * The keys that are trusted, and those that they handed over to, one after another. That the acts stand in the log is looked
 * at afterwards: until then it is not known whose signature counts.
 */
export async function followRotations(
  origin: string,
  trusted: readonly VerifierKey[],
  rotations: readonly Proven[],
): Promise<Followed | Failure> {
  const keys = new Map(trusted.map((key) => [key.text, key]))
  for (const [place, { leaf }] of rotations.entries()) {
    const where = `rotations.${place}`
    const read = readLeaf(leaf, 'act', `${where}.leaf`)
    if (read.kind === 'failed') return read
    const { act, detail } = read.leaf
    const handover = act === 'key-rotated' && isObject(detail) ? await readHandover(detail) : undefined
    if (!handover) return failed('rotation-wrong', where, 'the entry is not of a key that took the place of another')
    const { from, to, signature } = handover
    if (from.name !== origin || to.name !== origin) return failed('rotation-wrong', where, 'its keys are of another log')
    if (!(await verifyEd25519(from.octets, encodeText(handoverText(origin, to.text)), signature))) {
      return failed('rotation-wrong', where, 'the former key did not sign that the new one takes its place')
    }
    // One from before the first key that is trusted leads nowhere.
    if (keys.has(from.text)) keys.set(to.text, to)
  }
  return { kind: 'followed', keys: [...keys.values()] }
}

interface Handover {
  readonly from: VerifierKey
  readonly to: VerifierKey
  readonly signature: Uint8Array<ArrayBuffer>
}

async function readHandover(detail: JsonObject): Promise<Handover | undefined> {
  const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
  const from = await parseKey(textOf(detail['from']))
  const to = await parseKey(textOf(detail['to']))
  const signature = decodeBase64(textOf(detail['signature']))
  return from?.type === 'note' && to?.type === 'note' && signature ? { from, to, signature } : undefined
}
