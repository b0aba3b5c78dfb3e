import type { Hono } from 'hono'
import { type TrackingDesk, followClick, followOpen, isCounted, pixel } from '../tracking/index.ts'
import { saysPage } from '../unsubscribe/index.ts'
import type { Bindings, Page, WordsOf } from './app.ts'
import type { Metrics } from './metrics.ts'
import type { Pace } from './pace.ts'

/** What it takes to answer links that are counted. */
export interface ServeTracking {
  readonly desk: TrackingDesk
  readonly pace: Pace
}

/**
 * Answers `/c/TOKEN` with a redirect to where the campaign's own link leads, and `/o/TOKEN.gif` with a picture of one pixel.
 * GET and HEAD alone; nothing of the request is read but the token and what says that it does not count, nothing is kept of
 * its address or its program, and nothing is set in the browser.
 */
export function addTracking(
  app: Hono<{ Bindings: Bindings }>,
  { desk }: ServeTracking,
  metrics: Metrics,
  wordsOf: WordsOf,
): void {
  const none = (c: Page) => {
    metrics.request('none')
    return c.html(saysPage(wordsOf(c), 'noneTitle', 'noneCounted'), 404)
  }
  app.get('/c/:token', async (c) => {
    const followed = await followClick(c.req.param('token'), countsOf(c), desk)
    if (followed.kind !== 'target') return none(c)
    metrics.hit('click')
    // RFC 9110 15.4.3: 302, so that a browser asks again the next time.
    return c.redirect(followed.url, 302)
  })
  app.get('/o/:picture', async (c) => {
    const token = /^(.{1,100})\.gif$/.exec(c.req.param('picture'))?.[1]
    const followed = token === undefined ? undefined : await followOpen(token, countsOf(c), desk)
    if (followed?.kind !== 'opened') return none(c)
    metrics.hit('open')
    return c.body(pixel, 200, { 'Content-Type': 'image/gif' })
  })
}

function countsOf(c: Page): boolean {
  return isCounted({ method: c.req.method, header: (name) => c.req.header(name) })
}
