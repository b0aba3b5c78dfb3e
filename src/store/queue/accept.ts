import type { IncomingCampaign, IncomingRow, Intake } from '../campaign.ts'
import type { LeftOut } from './intake.ts'
import type { QueueWriter } from './writer.ts'

/** Rows that cross to the thread at once, and how many times that may be on the way: bounded, and never short of work. */
const batch = 1_000
const ahead = 4

/** Takes a campaign in with all its rows, or not at all; an error of the rows or the signal undoes it. */
export async function acceptRows(
  writer: QueueWriter,
  campaign: IncomingCampaign,
  rows: AsyncIterable<IncomingRow>,
  signal?: AbortSignal,
): Promise<Intake> {
  signal?.throwIfAborted()
  const { name, digest, frozen, createdAt, due = 0 } = campaign
  await writer.ask('intake-begin', [{ name, digest, frozen, createdAt, due }])
  try {
    const left = await sendRows(writer, rows, signal)
    // It answers with the counts, and what it was given.
    return (await writer.ask('intake-commit', [left])) as Intake
  } catch (error) {
    // It rejects in any case; where the thread failed, it has undone everything already.
    await writer.ask('intake-abort', []).catch(() => undefined)
    throw error
  }
}

async function sendRows(writer: QueueWriter, rows: AsyncIterable<IncomingRow>, signal?: AbortSignal): Promise<LeftOut> {
  const left = { invalid: 0, suppressed: 0, sample: [] as { line: number; why: string }[] }
  const underWay: Promise<unknown>[] = []
  let flat: string[] = []
  const flush = (): void => {
    const sent = writer.ask('intake-add', [flat])
    // It is awaited below; until then a failure must not pass for one that nobody hears.
    sent.catch(() => undefined)
    underWay.push(sent)
    flat = []
  }
  for await (const row of rows) {
    signal?.throwIfAborted()
    if (row.kind === 'invalid') {
      left.invalid += 1
      if (left.sample.length < 20) left.sample.push({ line: row.line, why: row.why })
      continue
    }
    if (row.kind === 'suppressed') {
      left.suppressed += 1
      continue
    }
    flat.push(row.address, row.addressKey, row.domain, JSON.stringify(row.columns))
    if (flat.length < batch * 4) continue
    flush()
    if (underWay.length >= ahead) await underWay.shift()
  }
  flush()
  await Promise.all(underWay)
  signal?.throwIfAborted()
  return left
}
