import { verify } from 'node:crypto'
import { type Failure, failed } from './failure.ts'
import { type Included, judgeInclusion } from './inclusion.ts'
import { type VerifierKey, parseKey } from './key.ts'
import { readLeaf } from './leaf.ts'
import { decodeBase64, isObject } from './text.ts'

/** An entry of the log with the proof that it is in it. */
export interface Proven {
  /** Canonical JSON. */
  readonly leaf: string
  /** C2SP tlog-proof. */
  readonly proof: string
}

/** What a key signs when another one takes its place. */
export function handoverText(origin: string, to: string): Buffer {
  return Buffer.from(`sealpost key rotation\n${origin}\n${to}\n`)
}

/** The keys that are trusted, and those that they handed over to, one after another. */
export function followRotations(
  trusted: readonly VerifierKey[],
  rotations: readonly Proven[],
): { readonly keys: readonly VerifierKey[]; readonly recorded: readonly Included[] } | Failure {
  const keys = [...trusted]
  const recorded: Included[] = []
  for (const [place, { leaf, proof }] of rotations.entries()) {
    const where = `rotations.${place}`
    const read = readLeaf(leaf, 'act', where)
    if (read.kind === 'failed') return read
    const detail = read.leaf['detail']
    if (read.leaf['act'] !== 'key-rotated' || !isObject(detail)) return failed('rotation-wrong', where, 'the entry is not of a rotation')
    const to = parseKey(String(detail['to']))
    const from = keys.find(({ text }) => text === detail['from'])
    // It may be from before the first key that is trusted here.
    if (!from) continue
    const signature = decodeBase64(String(detail['signature']))
    if (to?.name !== from.name || to.type !== 'note' || signature?.length !== 64) {
      return failed('rotation-wrong', where, 'it does not name two keys of one log')
    }
    if (!verify(null, handoverText(from.name, to.text), from.key, signature)) {
      return failed('rotation-wrong', where, 'the former key did not sign that the new one takes its place')
    }
    const included = judgeInclusion(leaf, proof, where)
    if (included.kind === 'failed') return included
    recorded.push(included)
    keys.push(to)
  }
  return { keys, recorded }
}
