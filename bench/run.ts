/** `npm run bench -- NAME [--json] [--only PART,…]`: measures against a peer in the same run. */
import { parseArgs } from 'node:util'
import { benchAudit } from './audit.ts'
import { benchCampaign, campaignParts } from './campaign.ts'
import { benchCheck } from './check.ts'
import { benchCompose } from './compose.ts'
import { benchEvidence, evidenceParts } from './evidence.ts'
import type { BenchResult, Spread } from './measure.ts'
import { benchPolicy } from './policy.ts'
import { benchTransaction } from './transaction.ts'
import { benchSend, sendParts } from './send.ts'
import { benchTlog, tlogParts } from './tlog.ts'

/** Each may be asked for some of its parts, where it has any. */
const benches: Readonly<Record<string, (only: readonly string[]) => Promise<BenchResult>>> = {
  audit: benchAudit,
  campaign: benchCampaign,
  check: benchCheck,
  compose: benchCompose,
  evidence: benchEvidence,
  policy: benchPolicy,
  send: benchSend,
  tlog: benchTlog,
  transaction: benchTransaction,
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, only: { type: 'string', default: '' } },
})
const [name = '', ...more] = positionals
const bench = benches[name]
const only = values.only.split(',').filter(Boolean)
const partsOf: Readonly<Record<string, object>> = {
  send: sendParts,
  campaign: campaignParts,
  evidence: evidenceParts,
  tlog: tlogParts,
}
const parts = Object.keys(partsOf[name] ?? {})
if (!bench || more.length > 0 || only.some((part) => !parts.includes(part))) {
  process.stderr.write(
    `usage: npm run bench -- NAME [--json] [--only PART,…]; NAME is one of: ${Object.keys(benches).join(', ')}${Object.entries(
      partsOf,
    )
      .map(([of, parts]) => `; the parts of ${of}: ${Object.keys(parts).join(', ')}`)
      .join('')}\n`,
  )
  process.exit(2)
}
const result = await bench(only)
if (values.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
else {
  const print = ([key, value]: [string, Spread]): string =>
    `  ${key.padEnd(34)} ${[value.median, value.min, value.max].map((number) => number.toFixed(number < 10 ? 3 : 0).padStart(10)).join('')}`
  const lines = [
    `${result.name}: ${result.runs} runs on ${result.machine.cores} cores of ${result.machine.cpu}, Node ${result.machine.node}`,
    `  ${''.padEnd(34)}     median     least      most`,
    ...Object.entries(result.rates).map(print),
    'ratios',
    ...Object.entries(result.ratios).map(print),
    ...result.notes.map((note) => `note: ${note}`),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}
