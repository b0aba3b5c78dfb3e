/** `npm run bench -- NAME [--json]`: measures against a peer in the same run. */
import { benchAudit } from './audit.ts'
import { benchCampaign } from './campaign.ts'
import { benchCheck } from './check.ts'
import type { BenchResult, Spread } from './measure.ts'
import { benchPolicy } from './policy.ts'
import { benchSend } from './send.ts'

const benches: Readonly<Record<string, () => Promise<BenchResult>>> = {
  audit: benchAudit,
  campaign: benchCampaign,
  check: benchCheck,
  policy: benchPolicy,
  send: benchSend,
}

const [name = '', ...options] = process.argv.slice(2).toSorted((a, b) => Number(a.startsWith('--')) - Number(b.startsWith('--')))
const bench = benches[name]
if (!bench || options.some((option) => option !== '--json')) {
  process.stderr.write(`usage: npm run bench -- NAME [--json]; NAME is one of: ${Object.keys(benches).join(', ')}\n`)
  process.exit(2)
}
const result = await bench()
if (options.includes('--json')) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
else {
  const print = ([key, value]: [string, Spread]): string =>
    `  ${key.padEnd(26)} ${[value.median, value.min, value.max].map((number) => number.toFixed(number < 10 ? 3 : 0).padStart(10)).join('')}`
  const lines = [
    `${result.name}: ${result.runs} runs on ${result.machine.cores} cores of ${result.machine.cpu}, Node ${result.machine.node}`,
    `  ${''.padEnd(26)}     median     least      most`,
    ...Object.entries(result.rates).map(print),
    'ratios',
    ...Object.entries(result.ratios).map(print),
    ...result.notes.map((note) => `note: ${note}`),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}
