import { describe, expect, it } from 'vitest'
import { createServing, day, oneClick } from '../../test/support/serving.ts'
import { listNetworks } from '../settings/index.ts'
import { Metrics, Pace, bucketOf, findClient } from './index.ts'

describe('a link', () => {
  it('asks on GET, and changes nothing', async () => {
    const { ask, token, rows } = createServing()
    const answer = await ask(`/u/${token()}`)
    const page = await answer.text()
    expect(answer.status).toBe(200)
    expect(page).toContain('Example &lt;Shop&gt;')
    expect(page).toContain('<button>Unsubscribe</button>')
    expect(page).not.toMatch(/<script|https?:|ada|set-cookie/i)
    expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(rows).toEqual([])
  })

  it("speaks the reader's language where there is one, and else the sender's", async () => {
    const { ask, token } = createServing({ language: 'fr' })
    const seen = async (language: string, path = `/u/${token()}`, init: Partial<typeof oneClick> = {}) => {
      const answer = await ask(path, { ...init, headers: { ...init.headers, 'accept-language': language } })
      const [, lang] = /<html lang="(..)">/.exec(await answer.clone().text()) ?? []
      expect([answer.headers.get('content-language'), answer.headers.get('vary')]).toEqual([lang, 'Accept-Language'])
      return [lang, await answer.text()] as const
    }
    const [german, page] = await seen('de-AT,de;q=0.9')
    expect([german, page]).toEqual(['de', expect.stringContaining('aus der Liste <strong>news</strong> mehr bekommen?')])
    expect((await seen('ja'))[0]).toBe('fr')
    expect((await seen('pl', '/u/nothing'))[1]).toContain('Ten link nie działa')
    const [, done] = await seen('nl', `/u/${token()}`, oneClick)
    expect(done).toContain('U bent afgemeld')
  })

  it('lets go on one click, in either kind of form, at once and without a redirect', async () => {
    const { ask, token, rows } = createServing()
    const form = new FormData()
    form.append('List-Unsubscribe', 'One-Click')
    for (const [id, init] of [
      [1, oneClick],
      [2, { method: 'POST', body: form }],
    ] as const) {
      const answer = await ask(`/u/${token(id)}`, init)
      expect([answer.status, answer.redirected]).toEqual([200, false])
    }
    expect(rows).toMatchObject([
      {
        addressKey: 'ada@a.test',
        list: 'news',
        reason: 'unsubscribe',
        campaign: 'spring',
        detail: 'by the button of a mail program',
      },
      { addressKey: 'bob@a.test' },
    ])
  })

  it('lets go by the button of its page, whose form says all that is needed', async () => {
    const { ask, token, rows } = createServing()
    const page = await (await ask(`/u/${token()}`)).text()
    const fields = [...page.matchAll(/name="([^"]+)" value="([^"]+)"/g)].map(([, name = '', value = '']) => [name, value])
    const answer = await ask(`/u/${token()}`, {
      method: 'POST',
      body: new URLSearchParams(Object.fromEntries(fields) as Record<string, string>),
    })
    expect(await answer.text()).toContain('You are unsubscribed')
    expect(rows).toMatchObject([{ detail: 'on the page of the link' }])
  })

  it('can be taken back for a day, and no longer', async () => {
    let now = day
    const { ask, token, rows } = createServing({ now: () => now })
    const done = await (await ask(`/u/${token()}`, oneClick)).text()
    const undo = /action="([^"]+)"/.exec(done)?.[1] ?? ''
    const back = { method: 'POST', body: new URLSearchParams({ resubscribe: 'yes' }) }
    expect(await (await ask(undo, back)).text()).toContain('You are subscribed again')
    expect(rows).toEqual([])
    await ask(`/u/${token()}`, oneClick)
    now += day + 1
    expect(await (await ask(undo, back)).text()).toContain('Nothing was changed')
    expect(rows).toHaveLength(1)
  })

  it('that cannot be written down is told as a failure, and not as done', async () => {
    const { ask, token, errors } = createServing({
      fail: new Error('disk full'),
    })
    const answer = await ask(`/u/${token()}`, oneClick)
    expect(answer.status).toBe(503)
    expect(await answer.text()).not.toContain('disk full')
    expect(errors).toHaveLength(1)
  })
})

describe('the other pages', () => {
  it('tell whether it works', async () => {
    expect((await createServing().ask('/healthz')).status).toBe(200)
    expect((await createServing({ healthy: async () => false }).ask('/healthz')).status).toBe(503)
    expect((await createServing().ask('/')).status).toBe(404)
  })

  it('give numbers to this machine alone', async () => {
    const counts = { total: 3, sent: 2, held: 0, deferred: 0, failed: 0, dropped: 0, exported: 0, suppressed: 1, waiting: 0 }
    const metrics = new Metrics(() => [['spring', { ...counts, nextAt: undefined }]])
    const { ask, token } = createServing({ metrics })
    await ask(`/u/${token()}`, oneClick)
    const text = await (await ask('/metrics', {}, '127.0.0.1')).text()
    expect(text).toContain('sealpost_unsubscribes_total{way="one-click"} 1')
    expect(text).toContain('sealpost_queue_messages{campaign="spring",state="suppressed"} 1')
    expect((await ask('/metrics')).status).toBe(404)
    expect((await ask('/metrics', { headers: { 'x-forwarded-for': '127.0.0.1' } }, '127.0.0.1')).status).toBe(404)
  })
})

describe('whom a request comes from', () => {
  const trusted = listNetworks(['127.0.0.1', '10.0.0.0/8', '2001:db8::/32'])

  it.each([
    ['192.0.2.1', undefined, '192.0.2.1'],
    ['192.0.2.1', '198.51.100.1', '192.0.2.1'],
    ['127.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['::ffff:127.0.0.1', '203.0.113.9, 198.51.100.1, 10.1.2.3', '198.51.100.1'],
    ['127.0.0.1', 'nonsense', '127.0.0.1'],
    ['127.0.0.1', '203.0.113.9, nonsense', '127.0.0.1'],
    ['2001:db8::1', '2001:4860::1', '2001:4860::1'],
  ])('%s saying %s is %s', (remote, forwardedFor, client) => {
    expect(findClient({ remote, forwardedFor }, trusted)).toBe(client)
  })

  it('counts a network of IPv6 as one', () => {
    expect(bucketOf('2001:4860:1:2:3:4:5:6')).toBe('2001:4860:1:2')
    expect(bucketOf('2001:4860::6')).toBe(bucketOf('2001:4860:0:0:9::1'))
    expect(bucketOf('192.0.2.1')).toBe('192.0.2.1')
  })
})

it('the pace of an address comes back with time, and is its own', () => {
  let now = 0
  const pace = new Pace({ burst: 2, perSecond: 1 }, () => now)
  pace.charge('a', 2)
  expect([pace.admits('a'), pace.admits('b')]).toEqual([false, true])
  now = 1_000
  expect(pace.admits('a')).toBe(true)
})
