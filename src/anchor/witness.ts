import {
  type Checkpoint,
  type Note,
  type Signer,
  type Verifier,
  emptyRoot,
  equalHash,
  parseAddCheckpoint,
  parseCheckpoint,
  printCosignatures,
  printNote,
  signNote,
  verifyConsistency,
  verifyNote,
} from '../tlog/index.ts'

/** The last checkpoint of a log that a witness cosigned. */
export interface Cosigned {
  readonly size: number
  readonly root: Uint8Array
  /** As the log signed it. */
  readonly note: string
}

/** A checkpoint with the log's own signature that does not go with what was cosigned before. */
export interface Contradiction {
  readonly origin: string
  readonly kind: 'fork' | 'proof-wrong'
  /** Signed notes: both bear the log's signature. With `fork` they are of one size and of different roots, which proves it. */
  readonly cosigned: string
  readonly offered: string
}

/** What a decision writes. */
export interface Advance<T> {
  readonly result: T
  readonly put?: Cosigned
  readonly keep?: Contradiction
}

/** What a witness remembers. It must not forget: who puts an older copy back makes it sign a fork. */
export interface WitnessLedger {
  /**
   * Decides on what is on the disk, one decision after another, whichever process makes it. What it puts is on the disk when
   * this returns.
   */
  advance<T>(origin: string, decide: (latest: Cosigned | undefined) => Advance<T>): T
}

/** C2SP tlog-witness: what becomes of a request. */
export type WitnessAnswer =
  | { readonly kind: 'cosigned'; readonly lines: string }
  | { readonly kind: 'other-size'; readonly size: number }
  | {
      readonly kind: 'malformed' | 'unknown-log' | 'untrusted' | 'fork' | 'proof-wrong'
      readonly why: string
    }

export interface WitnessDeps {
  /** Of the kind `cosignature`. */
  readonly signer: Signer
  /** Keys of the logs; their names are the origins. */
  readonly logs: readonly Verifier[]
  readonly ledger: WitnessLedger
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Told of what a log should be asked about. */
  readonly onContradiction: (contradiction: Contradiction) => void
}

/** Cosigns checkpoints of logs that it knows, each a continuation of the one before; never two that contradict each other. */
export class Witness {
  readonly #deps: WitnessDeps
  readonly #keys: ReadonlyMap<string, readonly Verifier[]>

  constructor(deps: WitnessDeps) {
    this.#deps = deps
    this.#keys = Map.groupBy(deps.logs, ({ name }) => name)
  }

  /** Whom its cosignatures are of. */
  get verifier(): Verifier {
    return this.#deps.signer.verifier
  }

  /** Answers the body of an `add-checkpoint`. @throws what the ledger throws: nothing was cosigned then */
  answer(body: Uint8Array): WitnessAnswer {
    const request = parseAddCheckpoint(body)
    if (request.kind === 'malformed') return { kind: 'malformed', why: request.why }
    const checkpoint = parseCheckpoint(request.checkpoint.text)
    if (checkpoint.kind === 'malformed') return { kind: 'malformed', why: `the checkpoint is none: ${checkpoint.why}` }
    const keys = this.#keys.get(checkpoint.origin)
    if (!keys) return { kind: 'unknown-log', why: 'the log is not one of those that are witnessed here' }
    if (verifyNote(request.checkpoint, keys).kind !== 'verified') {
      return { kind: 'untrusted', why: 'no key that is known of the log signed the checkpoint' }
    }
    if (request.oldSize > checkpoint.size)
      return { kind: 'malformed', why: 'the old size is greater than that of the checkpoint' }
    const contradictions: Contradiction[] = []
    const answer = this.#deps.ledger.advance(checkpoint.origin, (latest): Advance<Decision> => {
      const decided = decide(latest, { ...request, ...checkpoint, note: request.checkpoint })
      if (decided.keep) contradictions.push(decided.keep)
      return decided
    })
    for (const one of contradictions) this.#deps.onContradiction(one)
    // Signed only now: what is signed is on the disk already, so that no restart forgets it.
    return answer.kind === 'continued' ? { kind: 'cosigned', lines: this.#cosign(request.checkpoint) } : answer
  }

  #cosign({ text }: Note): string {
    return printCosignatures(signNote(text, [this.#deps.signer], Math.floor(this.#deps.now() / 1000)))
  }
}

interface Offered extends Pick<Checkpoint, 'origin' | 'size' | 'root'> {
  readonly oldSize: number
  readonly proof: readonly Uint8Array[]
  readonly note: Note
}

type Decision = Exclude<WitnessAnswer, { kind: 'cosigned' }> | { readonly kind: 'continued' }

/** C2SP tlog-witness: the checks in its order. */
function decide(latest: Cosigned | undefined, { origin, size, root, oldSize, proof, note }: Offered): Advance<Decision> {
  const known = latest ?? { size: 0, root: emptyRoot, note: '' }
  if (oldSize !== known.size) return { result: { kind: 'other-size', size: known.size } }
  const offered = printNote(note)
  const refuse = (kind: Contradiction['kind'], why: string): Advance<Decision> => ({
    result: { kind, why },
    ...(latest ? { keep: { origin, kind, cosigned: latest.note, offered } } : {}),
  })
  if (size === known.size && !equalHash(root, known.root)) {
    return refuse('fork', 'another checkpoint of this size was cosigned before')
  }
  if (!verifyConsistency({ oldSize, size, oldRoot: known.root, root, proof })) {
    return refuse('proof-wrong', 'the proof does not show that the log holds all that was cosigned before')
  }
  return { result: { kind: 'continued' }, put: { size, root, note: offered } }
}
