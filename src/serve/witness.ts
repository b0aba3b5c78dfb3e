import type { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Witness, WitnessAnswer } from '../anchor/index.ts'
import { sizeType } from '../tlog/index.ts'
import type { Bindings } from './app.ts'
import type { Metrics } from './metrics.ts'
import type { Pace } from './pace.ts'

/** What it takes to answer logs that want their checkpoints cosigned. */
export interface ServeWitness {
  readonly witness: Witness
  readonly pace: Pace
}

/** A proof has 3 kB at the most; the rest is for signatures, of which a post-quantum one has 5 kB. */
const longestBody = 64 * 1024

const statuses = { malformed: 400, untrusted: 403, 'unknown-log': 404, fork: 409, 'proof-wrong': 422 } as const

/** Answers `POST /add-checkpoint` (C2SP tlog-witness). */
export function addWitness(app: Hono<{ Bindings: Bindings }>, { witness }: ServeWitness, metrics: Metrics): void {
  const bounded = bodyLimit({ maxSize: longestBody, onError: (c) => c.text('the request is too long\n', 413) })
  app.post('/add-checkpoint', bounded, async (c) => {
    const answer = witness.answer(new Uint8Array(await c.req.arrayBuffer()))
    metrics.request(answer.kind === 'cosigned' ? 'done' : 'none')
    const { status, body, type } = printAnswer(answer)
    return c.body(body, status, { 'Content-Type': type })
  })
}

function printAnswer(answer: WitnessAnswer) {
  if (answer.kind === 'cosigned') return { status: 200, body: answer.lines, type: 'text/plain; charset=utf-8' } as const
  if (answer.kind === 'other-size') return { status: 409, body: `${answer.size}\n`, type: sizeType } as const
  return { status: statuses[answer.kind], body: `${answer.why}\n`, type: 'text/plain; charset=utf-8' } as const
}
