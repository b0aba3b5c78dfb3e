import type { BlockList } from 'node:net'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import {
  type PageWords,
  type UnsubscribeDesk,
  answerSelfTest,
  askPage,
  backPage,
  chooseWords,
  donePage,
  openToken,
  pagePolicy,
  resubscribe,
  saysPage,
  selfTestHeader,
  unsubscribe,
} from '../unsubscribe/index.ts'
import { type ServeClaims, addClaims } from './claims.ts'
import { type Asker, bucketOf, findClient, isLocal } from './client.ts'
import type { Metrics } from './metrics.ts'
import { type Pace, missCost } from './pace.ts'
import { type ServeTracking, addTracking } from './tracking.ts'
import { addWithdrawal } from './withdrawal.ts'
import { type ServeWitness, addWitness } from './witness.ts'

export interface ServeDeps {
  readonly desk: UnsubscribeDesk
  readonly pace: Pace
  /** Links that are counted. */
  readonly tracking: ServeTracking
  /** Cosigning of checkpoints, where the settings have it. */
  readonly witness?: ServeWitness | undefined
  /** What providers report; undefined where the settings name none. */
  readonly claims?: ServeClaims | undefined
  readonly metrics: Metrics
  readonly trustedProxies: BlockList
  /** Of the pages, where the reader's browser asks for none that there is; English where it is left out. */
  readonly language?: string
  /** Whether what people say can be written down now. */
  readonly healthy: () => Promise<boolean>
  /** Told of what failed here, which the other side is not. */
  readonly onError: (error: unknown) => void
}

/** What the adapter puts beside a request; a test puts the same. */
export interface Bindings {
  readonly incoming: { readonly socket: { readonly remoteAddress?: string | undefined } }
}

export type Page = Context<{ Bindings: Bindings }>

/** What a page says to whoever asked for it. */
export type WordsOf = (c: Page) => PageWords

/** The fields of a form; none where there is none. */
export type ReadForm = (c: Page) => Promise<Readonly<Record<string, unknown>>>

/** A one-click body has 26 octets; some wrap it as form-data. */
const longestBody = 16 * 1024

/**
 * What `sealpost serve` answers. A GET and a HEAD change nothing, whoever follows the link (RFC 8058 4); a POST changes
 * something with the words of RFC 8058 alone, which the page's own button says too. No cookies, no log-in, no redirect but
 * that of a link that is counted: the token is all there is, so that another site can make nobody say anything.
 *
 * @example
 * ```ts
 * const answer = await createApp(deps).request(`/u/${token}`, { method: 'POST', body: form }, { incoming: { socket: {} } })
 * ```
 */
export function createApp(deps: ServeDeps): Hono<{ Bindings: Bindings }> {
  const { desk, pace, metrics, trustedProxies } = deps
  const app = new Hono<{ Bindings: Bindings }>()
  const wordsOf: WordsOf = (c) => {
    const words = chooseWords(c.req.header('accept-language'), deps.language)
    c.header('Content-Language', words.lang)
    return words
  }
  const clientOf = (c: Page): string => bucketOf(findClient(askerOf(c), trustedProxies))

  app.use(async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(headers)) c.header(name, value)
  })
  const keepPace =
    (pace: Pace): MiddlewareHandler<{ Bindings: Bindings }> =>
    async (c, next) => {
      const client = clientOf(c)
      if (!pace.admits(client)) {
        metrics.request('refused')
        c.header('Retry-After', '60')
        return c.html(saysPage(wordsOf(c), 'busyTitle', 'busy'), 429)
      }
      pace.charge(client, 1)
      await next()
      if (c.res.status >= 400 && c.res.status < 500) pace.charge(client, missCost)
      return undefined
    }
  for (const path of ['/u/*', '/t/*']) app.use(path, keepPace(pace))
  // A pace of its own: whoever fetches pictures by the thousand must not keep the same address from letting people go.
  for (const path of ['/c/*', '/o/*']) app.use(path, keepPace(deps.tracking.pace))
  addTracking(app, deps.tracking, metrics, wordsOf)
  if (deps.witness) {
    app.use('/add-checkpoint', keepPace(deps.witness.pace))
    addWitness(app, deps.witness, metrics)
  }
  if (deps.claims) {
    app.use('/events/*', keepPace(deps.claims.pace))
    addClaims(app, deps.claims, metrics, clientOf)
  }
  const bounded = bodyLimit({
    maxSize: longestBody,
    onError: (c) => c.html(saysPage(wordsOf(c), 'tooMuchTitle', 'tooMuch'), 413),
  })
  addWithdrawal(app, deps.tracking, { metrics, wordsOf, bounded, readForm })
  const none = (c: Page) => {
    metrics.request('none')
    return c.html(saysPage(wordsOf(c), 'noneTitle', 'none'), 404)
  }
  const test = async (c: Page, token: string) => {
    metrics.request('page')
    c.header(selfTestHeader, answerSelfTest(token, await desk.keys()))
    return c.html(saysPage(wordsOf(c), 'testTitle', 'test'))
  }

  app.get('/u/:token', async (c) => {
    const token = c.req.param('token')
    const opened = await openToken(token, desk)
    if (opened.kind === 'none') return none(c)
    if (opened.kind === 'self-test') return test(c, token)
    metrics.request('page')
    return c.html(askPage(wordsOf(c), opened.message))
  })
  app.post('/u/:token', bounded, async (c) => {
    const token = c.req.param('token')
    const form = await readForm(c)
    const opened = await openToken(token, desk)
    if (opened.kind === 'none') return none(c)
    // RFC 8058 3.2: this field and value, in either kind of form.
    if (form['List-Unsubscribe'] !== 'One-Click') {
      metrics.request('none')
      return c.html(saysPage(wordsOf(c), 'unchangedTitle', 'unclear'), 400)
    }
    if (opened.kind === 'self-test') return test(c, token)
    const way = form['from'] === 'page' ? 'page' : 'one-click'
    await unsubscribe(opened.message, way, desk)
    metrics.unsubscribed(way)
    metrics.request('done')
    return c.html(donePage(wordsOf(c), opened.message, `/u/${token}/undo`))
  })
  app.post('/u/:token/undo', bounded, async (c) => {
    const form = await readForm(c)
    const opened = await openToken(c.req.param('token'), desk)
    if (opened.kind !== 'message' || form['resubscribe'] !== 'yes') return none(c)
    const done = await resubscribe(opened.message, desk)
    if (done) metrics.resubscribed()
    metrics.request('done')
    return c.html(backPage(wordsOf(c), opened.message, done))
  })

  app.get('/healthz', async (c) =>
    (await deps.healthy()) ? c.text('ok\n') : c.text('the suppression list cannot be read\n', 503),
  )
  // Numbers of a business: for this machine alone, and not by way of a proxy on it.
  app.get('/metrics', async (c) =>
    isLocal(askerOf(c)) ? c.body(await metrics.print(), 200, { 'Content-Type': metrics.contentType }) : none(c),
  )
  app.notFound((c) => none(c))
  app.onError((error, c) => {
    metrics.request('failed')
    deps.onError(error)
    c.header('Retry-After', '300')
    return c.html(saysPage(wordsOf(c), 'failedTitle', 'failed'), 503)
  })
  return app
}

/** Nothing is kept, framed, sent on, or guessed at. */
const headers = {
  'Content-Security-Policy': pagePolicy,
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'X-Robots-Tag': 'noindex',
  // RFC 9110 12.5.5: another reader gets another page.
  Vary: 'Accept-Language',
} as const

function askerOf(c: Page): Asker {
  return { remote: c.env.incoming.socket.remoteAddress, forwardedFor: c.req.header('x-forwarded-for') }
}

/** The fields of a form in either encoding; none where it is neither, or broken. */
async function readForm(c: Page): ReturnType<ReadForm> {
  const type = c.req.header('content-type') ?? ''
  if (!/^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type)) return {}
  return c.req.parseBody().catch(() => ({}))
}
