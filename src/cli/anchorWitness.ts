import {
  type AnchoredLog,
  type PostTerms,
  type WitnessOutcome,
  askWitness,
  keepCheckpoint,
  keepCosignature,
  readAnchors,
  readServiceUrl,
} from '../anchor/index.ts'
import { systemClock } from '../clock.ts'
import { visible } from '../escape.ts'
import { type Verifier, printNote, verifyNote } from '../tlog/index.ts'
import { type Told, tellOutcome } from './anchorTold.ts'

/** Clocks that differ by more than this are worth a word; the time is the witness's all the same. */
const clockMs = 300_000

/** Has a witness cosign the last checkpoint, and keeps what it says. */
export async function askForCosignature(
  log: AnchoredLog,
  evidence: string,
  { address, verifier }: { readonly address: string; readonly verifier: Verifier },
  terms: PostTerms,
): Promise<Told> {
  const url = readServiceUrl(address, 'here')
  const { size } = log.checkpoint
  const witness = verifier.name
  const name = visible(witness, 200)
  const cosigned = (await readAnchors(evidence)).filter(({ cosignatures }) =>
    cosignatures.some((one) => one.name === verifier.name && one.id === verifier.id),
  )
  // What lies there may be forged, and would keep the witness from being asked.
  const same = cosigned.filter(({ note }) => note.text === log.note.text).flatMap(({ cosignatures }) => cosignatures)
  if (same.some((signature) => verifyNote({ ...log.note, signatures: [signature] }, [verifier]).kind === 'verified')) {
    return tellOutcome(log, 'witness', { kind: 'already', witness }, [`${name} has cosigned it before.`])
  }
  const knownSize = cosigned.findLast((anchor) => anchor.size <= size)?.size ?? 0
  const outcome = await askWitness({ url, verifier }, log, knownSize, terms)
  if (outcome.kind !== 'cosigned')
    return tellOutcome(log, 'witness', { ...outcome, witness }, describeRefusal(outcome, name, log))
  await keepCheckpoint(evidence, size, log.note)
  await keepCosignature(evidence, size, log.note.text, outcome.signature)
  const time = new Date(outcome.time * 1000).toISOString()
  const lines = [`Cosigned by ${name} at ${time}.`]
  if (Math.abs(outcome.time * 1000 - systemClock.now()) > clockMs) lines.push('Its clock and the one here do not agree.')
  return tellOutcome(log, 'witness', { kind: 'cosigned', witness, time }, lines)
}

type Refusal = Exclude<WitnessOutcome, { kind: 'cosigned' }>

function describeRefusal(outcome: Refusal, name: string, { note }: AnchoredLog): readonly string[] {
  if (outcome.kind === 'ahead')
    return [
      `ROLLED BACK: ${name} has cosigned ${outcome.size} entries of this log. Entries were cut off since, or an old copy was put back.`,
    ]
  const why = visible(outcome.why, 400)
  switch (outcome.kind) {
    case 'contradicted':
      return [
        `FORKED: ${name} does not see in this log the continuation of what it cosigned: ${why}.`,
        'This is the checkpoint here; ask the witness for the one that it has:',
        '',
        ...printNote(note)
          .trimEnd()
          .split('\n')
          .map((line) => `    ${visible(line, 5_000)}`),
      ]
    case 'refused':
      return [`${name} does not witness this log: ${why}.`]
    case 'wrong':
      return [`What answers there is not ${name}, or does not do what a witness does: ${why}.`]
    case 'unreachable':
      return [`Not cosigned: ${name} was not reached: ${why}. Run the same command again later.`]
  }
}
