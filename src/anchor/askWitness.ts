import {
  type NoteSignature,
  type Verifier,
  parseCosignatures,
  parseSize,
  printAddCheckpoint,
  sizeType,
  verifyNote,
} from '../tlog/index.ts'
import type { AnchoredLog } from './log.ts'
import { type PostTerms, post } from './post.ts'

/** What became of asking a witness. */
export type WitnessOutcome =
  | { readonly kind: 'cosigned'; readonly signature: NoteSignature; readonly time: number }
  /** It cosigned a larger log than this one: entries were cut off here, or an old copy was put back. */
  | { readonly kind: 'ahead'; readonly size: number }
  /** It says that this log is not a continuation of the one that it knows. */
  | { readonly kind: 'contradicted'; readonly why: string }
  /** It does not know this log, or its key. */
  | { readonly kind: 'refused'; readonly why: string }
  /** What it answered is not its cosignature. */
  | { readonly kind: 'wrong'; readonly why: string }
  | { readonly kind: 'unreachable'; readonly why: string }

/** A cosignature has 150 octets, and a witness may have several keys. */
const maxAnswer = 64 * 1024

/** Another one may be anchoring at the same time, so that the size changes once more. */
const maxTries = 4

/**
 * Asks a witness for its cosignature of a log's last checkpoint (C2SP tlog-witness, "add-checkpoint").
 *
 * @param url its submission prefix
 * @param knownSize what it cosigned last, as far as is known here; it is asked where that is wrong
 */
export async function askWitness(
  { url, verifier }: { readonly url: URL; readonly verifier: Verifier },
  { checkpoint, note, tree }: AnchoredLog,
  knownSize: number,
  terms: PostTerms,
): Promise<WitnessOutcome> {
  const target = new URL(url)
  target.pathname = `${url.pathname.replace(/\/$/, '')}/add-checkpoint`
  let oldSize = knownSize
  for (let tries = 0; tries < maxTries; tries += 1) {
    const proof = oldSize === 0 ? [] : await tree.proveConsistency(oldSize, checkpoint.size)
    const body = printAddCheckpoint({ oldSize, proof, checkpoint: note })
    const answer = await post(target, { body, type: 'text/plain; charset=utf-8', maxOctets: maxAnswer }, terms)
    if (answer.kind === 'failed') return { kind: answer.trusted ? 'unreachable' : 'wrong', why: answer.why }
    const text = answer.body.toString('utf8')
    if (answer.status === 200) return readCosignature(text, note.text, verifier)
    const size = answer.status === 409 && answer.type === sizeType ? parseSize(text) : undefined
    if (size === undefined) return readRefusal(answer.status, text)
    if (size > checkpoint.size) return { kind: 'ahead', size }
    // The same size again, which it has just refused, would go round for ever.
    if (size === oldSize) break
    oldSize = size
  }
  return { kind: 'wrong', why: 'it does not say from which size a proof should lead' }
}

/** C2SP tlog-witness: signatures of other keys are ignored; one of this key must be there, and verify. */
function readCosignature(body: string, text: string, verifier: Verifier): WitnessOutcome {
  const signatures = parseCosignatures(body)
  if ('kind' in signatures) return { kind: 'wrong', why: `its answer is no signature: ${signatures.why}` }
  const own = signatures.filter(({ name, id }) => name === verifier.name && id === verifier.id)
  const verified = verifyNote({ kind: 'note', text, signatures: own }, [verifier])
  if (verified.kind === 'unknown') return { kind: 'wrong', why: 'its answer has no signature of the key that was given for it' }
  const [signature, ...others] = own
  const time = verified.kind === 'verified' ? verified.signed[0]?.time : undefined
  if (!signature || time === undefined) return { kind: 'wrong', why: 'its signature does not verify' }
  if (others.length > 0) return { kind: 'wrong', why: 'its answer has more than one signature of the key that was given for it' }
  return { kind: 'cosigned', signature, time }
}

function readRefusal(status: number, text: string): WitnessOutcome {
  const said = text.trim() === '' ? '' : `: ${text.trim().slice(0, 300)}`
  if (status === 409 || status === 422) return { kind: 'contradicted', why: `it answers ${status}${said}` }
  if (status === 403 || status === 404) return { kind: 'refused', why: `it answers ${status}${said}` }
  if (status === 429 || status >= 500) return { kind: 'unreachable', why: `it answers ${status}${said}` }
  return { kind: 'wrong', why: `it answers ${status}${said}` }
}
