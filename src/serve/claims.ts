import type { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { type ClaimDesk, type Taken, takeEvents } from '../claim/index.ts'
import type { Bindings, Page } from './app.ts'
import type { Metrics } from './metrics.ts'
import type { Pace } from './pace.ts'

/** What it takes to take in what providers report. */
export interface ServeClaims {
  readonly desk: ClaimDesk
  readonly pace: Pace
  /** Told of what was dropped or refused, in words, for the log of the server. */
  readonly onNote: (words: string) => void
}

/** The largest request: providers send a megabyte or so. Before it is whole nobody knows who sent it. */
const longestBody = 4 << 20
/** Requests whose body is held at a time, in all and of one client; more are asked to come again, which every provider does. */
const mostAtOnce = { all: 32, client: 8 } as const

/**
 * What a provider makes of an answer: all of them try again for hours where it is none of 200; Mailgun does not after 406
 * (help.mailgun.com, "Webhooks", read on 2026-11-25). A wrong key or password is worth another try: it may be ours.
 */
const answers = { unknown: 404, unauthentic: 401, stale: 406, replayed: 406, malformed: 406 } as const

/** Answers `POST /events/PROVIDER`. Nothing is read back from here, and what is wrong is told the log alone. */
export function addClaims(
  app: Hono<{ Bindings: Bindings }>,
  { desk, onNote }: ServeClaims,
  metrics: Metrics,
  clientOf: (c: Page) => string,
): void {
  const held: string[] = []
  const limit = bodyLimit({ maxSize: longestBody, onError: (c) => c.text('too large\n', 413) })
  app.use('/events/:provider', async (c, next) => {
    const client = clientOf(c)
    if (held.length >= mostAtOnce.all || held.filter((one) => one === client).length >= mostAtOnce.client) {
      c.header('Retry-After', '60')
      return c.text('come again\n', 503)
    }
    held.push(client)
    try {
      return await next()
    } finally {
      held.splice(held.indexOf(client), 1)
    }
  })
  app.post('/events/:provider', limit, async (c: Page) => {
    const provider = c.req.param('provider') ?? ''
    const body = Buffer.from(await c.req.arrayBuffer())
    const taken = await takeEvents(provider, { body, header: (name) => c.req.header(name) }, desk)
    note(desk.readers.has(provider as never) ? provider : 'unknown', taken, metrics, onNote)
    if (taken.kind === 'taken') return c.text('ok\n')
    if (taken.why === 'unauthentic' && provider === 'sparkpost') c.header('WWW-Authenticate', 'Basic realm="events"')
    return c.text('not taken\n', answers[taken.why])
  })
}

function note(provider: string, taken: Taken, metrics: Metrics, onNote: ServeClaims['onNote']): void {
  if (taken.kind === 'refused') {
    metrics.claims(provider, 'refused', 1)
    onNote(`${provider}: a report was refused: ${refusals[taken.why]}`)
    return
  }
  for (const fate of ['kept', 'repeated', 'untied', 'malformed'] as const) metrics.claims(provider, fate, taken[fate])
  const { untied, malformed } = taken
  if (untied > 0) onNote(`${provider}: ${untied} of its events are about no message that was sent from here, and were dropped`)
  if (malformed > 0) onNote(`${provider}: ${malformed} of its events are not as its documentation has them, and were dropped`)
}

const refusals = {
  unknown: 'nothing is set up for such a provider',
  unauthentic: 'its signature or password is not the one of the settings',
  stale: 'its signature is too old, or of a time to come',
  replayed: 'its signature was used for another event before',
  malformed: 'it is not as the documentation of the provider has it',
} as const
