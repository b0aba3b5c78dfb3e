import type { AnchorReport, JudgedAnchor, JudgedCosignature, JudgedRecords, Standing } from '../anchor/index.ts'
import { visible } from '../escape.ts'
import type { TimestampVerification } from '../evidence/verify/index.ts'

const standings: Readonly<Record<Standing, string>> = {
  same: 'is the last checkpoint',
  grown: 'is part of the log, which has grown since',
  'rolled-back': 'ROLLED BACK: the log has fewer entries than it had. They were cut off, or an old copy was put back',
  forked: 'FORKED: the log is not the one that it was. Entries were changed or removed',
  damaged: 'DAMAGED: the files of the log do not lead to its own checkpoint, so that nothing can be said',
}

/** What others said of a log's checkpoints, for people. @param keyOption with which the command takes keys of witnesses */
export function describeAnchors(report: AnchorReport, keyOption: '--key' | '--witness-key' = '--key'): readonly string[] {
  const { origin, size, anchors, dns, note } = report
  const lines = [`Checkpoint of ${visible(origin, 200)}: ${size} entries.`]
  if (anchors.length === 0 && !dns)
    lines.push('Nobody said anything of its checkpoints yet: sealpost anchor --help says whom to ask.')
  lines.push(...anchors.flatMap((anchor) => describeAnchor(anchor, keyOption)), ...(dns ? describeRecords(dns) : []))
  const odd = anchors.filter(({ standing }) => standing === 'forked' || standing === 'rolled-back')
  if (odd.length === 0) return lines
  // Both are signed by the log: together they prove it to anybody.
  lines.push('', 'The checkpoint of the log now:', '', ...indent(note))
  for (const one of odd) lines.push('', `The one that was anchored at ${one.size} entries:`, '', ...indent(one.note))
  return lines
}

function describeAnchor(
  { size, standing, cosignatures, timestamps, problems }: JudgedAnchor,
  keyOption: string,
): readonly string[] {
  const what = standing === undefined ? 'is no checkpoint of this log' : standings[standing]
  return [
    `${size} entries: ${what}.`,
    ...cosignatures.map((one) => `  ${describeCosignature(one, keyOption)}`),
    ...timestamps.map((one) => `  ${describeTimestamp(one)}`),
    ...problems.map((problem) => `  Not in order: ${visible(problem, 300)}.`),
  ]
}

function describeCosignature({ kind, witness, id, time }: JudgedCosignature, keyOption: string): string {
  const name = visible(witness, 200)
  if (kind === 'verified') return `Cosigned by ${name} at ${new Date((time ?? 0) * 1000).toISOString()}.`
  if (kind === 'wrong') return `A cosignature in the name of ${name} does not verify.`
  return `Seen, not verified: a cosignature in the name of ${name} (${id}); give its key with ${keyOption}.`
}

export function describeTimestamp(timestamp: TimestampVerification): string {
  if (timestamp.kind === 'failed') return `A time-stamp does not verify: ${timestamp.why}.`
  const { kind, time, accuracy, authority } = timestamp
  const when = `${new Date(time).toISOString()}${accuracy === undefined ? '' : ` (± ${accuracy} ms)`}`
  const who = visible(authority, 200)
  if (kind === 'verified') return `Time-stamped ${when} by ${who}.`
  return `Seen, not verified: a time-stamp of ${when} by ${who}; give the authority that you trust with --tsa-ca.`
}

function describeRecords(dns: JudgedRecords): readonly string[] {
  const name = visible(dns.name, 300)
  if (dns.kind === 'temporary') return [`DNS, ${name}: not tested: ${visible(dns.detail, 200)}.`]
  const trust = dns.secure ? 'signed (DNSSEC)' : 'not signed, or by a resolver that is not trusted with it'
  if (dns.records.length === 0) return [`DNS, ${name}: no checkpoint of this log stands there.`]
  return dns.records.map(({ size, standing }) => `DNS, ${name}, ${trust}: ${size} entries: ${standings[standing]}.`)
}

function indent(note: string): readonly string[] {
  return note
    .trimEnd()
    .split('\n')
    .map((line) => `    ${visible(line, 5_000)}`)
}
