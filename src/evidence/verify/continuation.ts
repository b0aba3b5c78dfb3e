import { type Failure, failed } from './failure.ts'
import { type CheckpointNote, parseCheckpoint } from './note.ts'
import { type TileReader, collectHashes } from './tiles.ts'
import { type Growth, type Tree, judgeGrowth } from './tree.ts'
import { type Trust, type Witnessed, judgeSignatures } from './trust.ts'

/** What shows how one tree came from another: hashes (RFC 9162 2.1.4), or the tiles of the larger one to take them from. */
export type GrowthProof =
  | { readonly kind: 'hashes'; readonly hashes: readonly Uint8Array[] }
  | { readonly kind: 'tiles'; readonly read: TileReader }

/** How the checkpoint of today stands to one that was kept. Both are signed by the log. */
export interface Continuation {
  /**
   * `same`: nothing came or went. `grown`: all that was there is there, and more. `rolled-back`: today it has fewer entries,
   * and those are the ones that were there first. `forked`: the log has signed two histories.
   */
  readonly kind: 'same' | 'grown' | 'rolled-back' | 'forked'
  readonly kept: CheckpointNote
  readonly today: CheckpointNote
  /** Of today's checkpoint. */
  readonly witnessed: readonly Witnessed[]
}

/**
 * Judges two signed checkpoints of one log.
 *
 * @param kept the signed note that somebody kept apart from the log
 * @param today the one that the log shows now
 * @param proof is not needed where both have the same size, or one is empty
 */
export async function verifyContinuation(
  kept: string,
  today: string,
  proof: GrowthProof,
  trust: Trust,
): Promise<Continuation | Failure> {
  const [before, now] = [parseCheckpoint(kept), parseCheckpoint(today)]
  if (typeof before === 'string') return failed('checkpoint-malformed', 'kept', `the checkpoint is none: ${before}`)
  if (typeof now === 'string') return failed('checkpoint-malformed', 'today', `the checkpoint is none: ${now}`)
  if (before.origin !== now.origin) return failed('other-origin', 'today', 'the two checkpoints are of two logs')
  const held = await judgeSignatures(before, trust.keys, {}, 'kept')
  if (held.kind === 'failed') return held
  const signed = await judgeSignatures(now, trust.keys, trust, 'today')
  if (signed.kind === 'failed') return signed
  const [smaller, larger] = before.size <= now.size ? [before, now] : [now, before]
  const growth = await judgeWith(proof, smaller, larger)
  if (growth === 'nothing') return failed('proof-wrong', 'proof', 'it leads to the root of neither checkpoint, and shows nothing')
  const parts = { kept: before, today: now, witnessed: signed.witnessed }
  if (growth === 'differs') return { ...parts, kind: 'forked' }
  if (smaller.size === larger.size) return { ...parts, kind: 'same' }
  return { ...parts, kind: larger === now ? 'grown' : 'rolled-back' }
}

async function judgeWith(proof: GrowthProof, smaller: Tree, larger: Tree): Promise<Growth> {
  // Nothing is needed, and what is there counts for nothing.
  if (smaller.size === larger.size || smaller.size === 0) return judgeGrowth(smaller, larger, [])
  const hashes = proof.kind === 'hashes' ? proof.hashes : await collectHashes(smaller.size, larger.size, proof.read)
  return hashes ? judgeGrowth(smaller, larger, hashes) : 'nothing'
}
