import { type TimestampTerms, type TimestampVerification, verifyTimestamp } from '../evidence/verify/index.ts'
import { type Note, type Verifier, encodeBase64, openCheckpoint, printNote, verifyNote } from '../tlog/index.ts'
import { type Standing, compareCheckpoint } from './compare.ts'
import type { Anchor } from './folder.ts'
import type { AnchoredLog } from './log.ts'
import type { RecordLookup } from './record.ts'

/** A cosignature, and what it is worth to who knows some witnesses. */
export interface JudgedCosignature {
  /** `unknown`: no key was given for that name. */
  readonly kind: 'verified' | 'unknown' | 'wrong'
  readonly witness: string
  /** The key id, eight hexadecimal digits. */
  readonly id: string
  /** Seconds since 1970, as the witness says; only where it verified. */
  readonly time?: number
}

/** A checkpoint that was anchored, held against the log of today. */
export interface JudgedAnchor {
  readonly path: string
  readonly size: number
  /** Base64; empty where there is no checkpoint to read. */
  readonly root: string
  /** Undefined where it is not a checkpoint of this log at all: `problems` says why. */
  readonly standing: Standing | undefined
  readonly cosignatures: readonly JudgedCosignature[]
  readonly timestamps: readonly (TimestampVerification & { readonly path: string })[]
  /** The signed note, with the cosignatures that verified: what shows a fork, together with that of the log. */
  readonly note: string
  readonly problems: readonly string[]
}

export interface AnchorReport {
  readonly origin: string
  readonly size: number
  /** Base64. */
  readonly root: string
  /** The last checkpoint of the log, as it signed it. */
  readonly note: string
  readonly anchors: readonly JudgedAnchor[]
  readonly dns: JudgedRecords | undefined
  /** Whether nothing contradicts the log. It says nothing about how much speaks for it. */
  readonly fine: boolean
}

export type JudgedRecords =
  | {
      readonly kind: 'records'
      readonly name: string
      readonly secure: boolean
      readonly malformed: number
      readonly records: readonly { readonly size: number; readonly root: string; readonly standing: Standing }[]
      /** Records of other logs at the same name. */
      readonly others: number
    }
  | { readonly kind: 'temporary'; readonly name: string; readonly detail: string }

export interface JudgeTerms {
  /** Keys of witnesses, from somewhere else than the log. */
  readonly witnesses: readonly Verifier[]
  readonly authorities?: TimestampTerms['authorities']
  readonly dns?: { readonly name: string; readonly found: RecordLookup }
}

/** Holds all that others said of a log's checkpoints against the log. */
export async function judgeAnchors(log: AnchoredLog, anchors: readonly Anchor[], terms: JudgeTerms): Promise<AnchorReport> {
  const judged: JudgedAnchor[] = []
  for (const anchor of anchors) judged.push(await judgeAnchor(log, anchor, terms))
  const dns = terms.dns && (await judgeRecords(log, terms.dns))
  const { origin, size, root } = log.checkpoint
  const standings = [
    ...judged.map(({ standing }) => standing),
    ...(dns?.kind === 'records' ? dns.records : []).map(({ standing }) => standing),
  ]
  const fine =
    standings.every((standing) => standing === 'same' || standing === 'grown') &&
    judged.every(({ problems }) => problems.length === 0)
  return { origin, size, root: encodeBase64(root), note: printNote(log.note), anchors: judged, dns, fine }
}

async function judgeAnchor(log: AnchoredLog, anchor: Anchor, { witnesses, authorities }: JudgeTerms): Promise<JudgedAnchor> {
  const { path, note } = anchor
  const problems = anchor.malformed.map((file) => `${file} is not what it should be`)
  const { cosignatures, verified } = judgeCosignatures(anchor, witnesses)
  for (const one of cosignatures) if (one.kind === 'wrong') problems.push(`the cosignature of ${one.witness} does not verify`)
  const timestamps: JudgedAnchor['timestamps'][number][] = []
  for (const { path: file, response } of anchor.timestamps) {
    const verified = await verifyTimestamp(response, { text: note.text, ...(authorities ? { authorities } : {}) })
    timestamps.push({ ...verified, path: file })
  }
  for (const one of timestamps) if (one.kind === 'failed') problems.push(`${one.path} is no time-stamp of it: ${one.why}`)
  const opened = openCheckpoint(note, log.trust)
  if (opened.kind === 'failed') problems.push(opened.why)
  else if (opened.checkpoint.size !== anchor.size) problems.push('it is of another size than its folder says')
  const read = opened.kind === 'opened' ? opened.checkpoint : undefined
  return {
    path,
    size: anchor.size,
    root: read ? encodeBase64(read.root) : '',
    standing: read && (await compareCheckpoint(read, log.checkpoint, log.tree)),
    cosignatures,
    timestamps,
    note: note.text === '' ? '' : printNote(verified),
    problems,
  }
}

function judgeCosignatures(
  { note, cosignatures }: Anchor,
  witnesses: readonly Verifier[],
): { readonly cosignatures: readonly JudgedCosignature[]; readonly verified: Note } {
  const judged: JudgedCosignature[] = []
  const verified = [...note.signatures]
  for (const signature of cosignatures) {
    const { name: witness, id } = signature
    const check = verifyNote({ ...note, signatures: [signature] }, witnesses)
    const [signed] = check.kind === 'verified' ? check.signed : []
    if (signed?.time !== undefined) {
      judged.push({ kind: 'verified', witness, id, time: signed.time })
      verified.push(signature)
    } else judged.push({ kind: check.kind === 'unknown' ? 'unknown' : 'wrong', witness, id })
  }
  return { cosignatures: judged, verified: { ...note, signatures: verified } }
}

async function judgeRecords(log: AnchoredLog, { name, found }: NonNullable<JudgeTerms['dns']>): Promise<JudgedRecords> {
  if (found.kind === 'temporary') return { ...found, name }
  const own = found.records.filter(({ origin }) => origin === log.checkpoint.origin)
  const records = []
  for (const { size, root } of own) {
    const standing = await compareCheckpoint({ size, root }, log.checkpoint, log.tree)
    records.push({ size, root: encodeBase64(root), standing })
  }
  const { secure, malformed } = found
  return { kind: 'records', name, secure, malformed, records, others: found.records.length - own.length }
}
