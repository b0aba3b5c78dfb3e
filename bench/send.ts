import { type BenchResult, machine } from './measure.ts'
import { benchAfar } from './send/afar.ts'
import { benchHanging } from './send/hanging.ts'
import { benchLoopback } from './send/loopback.ts'
import { benchMillion } from './send/million.ts'
import type { Part } from './send/part.ts'

export const sendParts: Readonly<Record<string, () => Promise<Part>>> = {
  loopback: benchLoopback,
  rtt20: benchAfar,
  million: benchMillion,
  hanging: benchHanging,
}

/** Sealpost's delivery beside nodemailer's, Postfix's and what the way alone allows. About eight minutes for all parts. */
export async function benchSend(only: readonly string[]): Promise<BenchResult> {
  const parts: Part[] = []
  for (const [name, bench] of Object.entries(sendParts)) {
    if (only.length === 0 || only.includes(name)) parts.push(await bench())
  }
  return {
    name: 'send',
    machine,
    runs: Math.max(0, ...parts.map(({ runs }) => runs)),
    rates: Object.assign({}, ...parts.map(({ rates }) => rates)) as Part['rates'],
    ratios: Object.assign({}, ...parts.map(({ ratios }) => ratios)) as Part['ratios'],
    notes: parts.flatMap(({ notes }) => notes),
  }
}
