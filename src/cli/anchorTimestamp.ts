import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type AnchoredLog,
  type PostTerms,
  anchorPath,
  askTimestamp,
  judgeResponse,
  keepCheckpoint,
  keepRequest,
  keepTimestamp,
  makeTimestampRequest,
  readAnchors,
  readServiceUrl,
  readTimestampNonce,
} from '../anchor/index.ts'
import { readBoundedFile } from '../boundedFile.ts'
import { visible } from '../escape.ts'
import { type TimestampTerms, maxTimestampOctets } from '../evidence/verify/index.ts'
import { writeWholeFile } from '../wholeFile.ts'
import { type Told, describeCheckpoint, tellCheckpoint, tellOutcome } from './anchorTold.ts'
import { describeTimestamp } from './describeAnchors.ts'
import { exits } from './exit.ts'

/** Has an authority time-stamp the last checkpoint, and keeps what it says. */
export async function askForTimestamp(
  log: AnchoredLog,
  evidence: string,
  { address, authorities }: { readonly address: string; readonly authorities: TimestampTerms['authorities'] },
  terms: PostTerms,
): Promise<Told> {
  const url = readServiceUrl(address, 'anywhere')
  const outcome = await askTimestamp(url, log.note.text, authorities, terms)
  if (outcome.kind !== 'stamped') {
    const why = visible(outcome.why, 400)
    const where = visible(url.host, 300)
    const line =
      outcome.kind === 'wrong'
        ? `Not time-stamped: what came from ${where} is not to be used: ${why}.`
        : `Not time-stamped: ${where} was not reached: ${why}. Run the same command again later.`
    return tellOutcome(log, 'timestamp', outcome, [line])
  }
  await keepCheckpoint(evidence, log.checkpoint.size, log.note)
  await keepTimestamp(evidence, log.checkpoint.size, log.note.text, outcome.response)
  return tellOutcome(log, 'timestamp', outcome.timestamp, [describeTimestamp(outcome.timestamp)])
}

/** Writes a request for whoever carries it to an authority by hand. The same checkpoint gives the same request again. */
export async function writeRequest(log: AnchoredLog, evidence: string, path: string): Promise<Told> {
  const { size } = log.checkpoint
  const { text } = log.note
  await keepCheckpoint(evidence, size, log.note)
  await keepRequest(evidence, size, text, makeTimestampRequest(text).der)
  await writeWholeFile(path, await readFile(join(evidence, anchorPath(size, text), 'request.tsq')), 'is replaced')
  const lines = [
    tellCheckpoint(log),
    `A request for a time-stamp is in ${visible(path)}. Take in the answer with --timestamp-response.`,
  ]
  return { data: { action: 'timestamp-request', ...describeCheckpoint(log), file: path }, lines, exit: exits.fine }
}

/** Takes in what the authority answered: whichever checkpoint it is over, it is kept with it. */
export async function takeResponse(evidence: string, path: string, authorities: TimestampTerms['authorities']): Promise<Told> {
  const response = (await readBoundedFile(path, maxTimestampOctets)) ?? new Uint8Array(maxTimestampOctets + 1)
  const refused = { why: 'no checkpoint was kept that it could be over; ask with --timestamp-request first' }
  for (const { size, note, request } of await readAnchors(evidence)) {
    const nonce = request && readTimestampNonce(request, note.text)
    const terms = { text: note.text, ...(nonce === undefined ? {} : { nonce }), ...(authorities ? { authorities } : {}) }
    const outcome = await judgeResponse(response, terms)
    if (outcome.kind === 'stamped') {
      await keepTimestamp(evidence, size, note.text, response)
      const { timestamp } = outcome
      const lines = [`Checkpoint of ${size} entries.`, describeTimestamp(timestamp)]
      return { data: { action: 'timestamp-response', size, outcome: timestamp }, lines, exit: exits.fine }
    }
    if (outcome.failure !== 'other-text') refused.why = outcome.why
  }
  const lines = [`The time-stamp was not taken in: ${refused.why}.`]
  return { data: { action: 'timestamp-response', outcome: { kind: 'wrong', ...refused } }, lines, exit: exits.below }
}
