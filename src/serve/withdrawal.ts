import type { Hono, MiddlewareHandler } from 'hono'
import { openWithdrawal } from '../tracking/index.ts'
import { saysPage, withdrawPage, withdrawnPage } from '../unsubscribe/index.ts'
import type { Bindings, Page, ReadForm, WordsOf } from './app.ts'
import type { Metrics } from './metrics.ts'
import type { ServeTracking } from './tracking.ts'

interface Parts {
  readonly metrics: Metrics
  readonly wordsOf: WordsOf
  readonly bounded: MiddlewareHandler
  readonly readForm: ReadForm
}

/**
 * Answers `/t/TOKEN`, with which a reader takes back the consent to be counted and goes on getting the mail. As with leaving,
 * a GET changes nothing, whoever follows the link, and a POST does with the words of the page's own button alone.
 */
export function addWithdrawal(app: Hono<{ Bindings: Bindings }>, { desk }: ServeTracking, parts: Parts): void {
  const { metrics, wordsOf, bounded, readForm } = parts
  const none = (c: Page) => {
    metrics.request('none')
    return c.html(saysPage(wordsOf(c), 'noneTitle', 'noneCounted'), 404)
  }
  app.get('/t/:token', async (c) => {
    const opened = await openWithdrawal(c.req.param('token'), desk)
    if (!opened) return none(c)
    metrics.request('page')
    return c.html(withdrawPage(wordsOf(c), opened.sender))
  })
  app.post('/t/:token', bounded, async (c) => {
    const form = await readForm(c)
    const opened = await openWithdrawal(c.req.param('token'), desk)
    if (!opened) return none(c)
    if (form['tracking'] !== 'off') {
      metrics.request('none')
      return c.html(saysPage(wordsOf(c), 'unchangedTitle', 'unclear'), 400)
    }
    await opened.withdraw()
    metrics.withdrawn()
    metrics.request('done')
    return c.html(withdrawnPage(wordsOf(c), opened.sender))
  })
}
