/**
 * A server that leads readers on is worth having for those who send them elsewhere: a link on the sender's own domain that
 * leads to a page of theirs passes filters and eyes. So they try whatever may be the target: another token, a link of
 * another campaign, an address in the query, a target with a line break in it that would write headers of the answer, a
 * value of the list that is a script. Others want the counts: they replay a link, or ask with a million that are none, so
 * that the disk fills or that people who leave are not answered any more.
 */
import { describe, expect, it } from 'vitest'
import { Pace, trackingPace, usualPace } from '../../src/serve/index.ts'
import { createServing, makeKeys, oneClick } from '../support/serving.ts'
import { createTracking, pathOf, spring, targets } from '../support/tracking.ts'

function createCounting(pace = trackingPace) {
  const tracking = createTracking()
  const serving = createServing({ tracking: { desk: tracking.desk, pace: new Pace(pace, () => 0) } })
  return { ...tracking, ...serving, ask: serving.ask }
}

describe('a link that is counted', () => {
  it('leads where the campaign led, and nowhere else, whatever is put beside it', async () => {
    const { ask, linksOf, counter, count } = createCounting()
    const path = pathOf(linksOf(1).clickUrl(1, 0))
    const evil = encodeURIComponent('https://evil.example/')
    for (const more of ['', `?url=${evil}`, `?u=${evil}&to=${evil}`, '?next=//evil.example', '#https://evil.example']) {
      const answer = await ask(path + more)
      expect([answer.status, answer.headers.get('location')]).toEqual([302, targets[1]])
      expect(answer.headers.get('set-cookie')).toBeNull()
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
      expect(await answer.text()).toBe('')
    }
    for (const host of [{ host: 'evil.example' }, { 'x-forwarded-host': 'evil.example' }, { 'x-original-url': '//evil.example' }])
      expect((await ask(path, { headers: host })).headers.get('location')).toBe(targets[1])
    counter.flush()
    expect(count('click', 1)).toBe(8)
  })

  it('that is forged, of another campaign, another kind, or no link at all, gets one and the same page', async () => {
    const { ask, linksOf, counter, groups } = createCounting()
    const good = pathOf(linksOf(1).clickUrl(1, 0))
    const open = pathOf(linksOf(1).openUrl())
    const withdraw = pathOf(linksOf(1).withdrawUrl())
    const bad = [
      pathOf(linksOf(1, { ...spring, campaign: 'autumn' }).clickUrl(1, 0)),
      pathOf(linksOf(1, { ...spring, digest: 'e'.repeat(64) }).clickUrl(1, 0)),
      pathOf(linksOf(1, spring, makeKeys()).clickUrl(1, 0)),
      pathOf(linksOf(1).clickUrl(3, 0)),
      pathOf(linksOf(1).clickUrl(0, 0)),
      good.replace('/c/', '/o/'),
      `${good.replace('/c/', '/o/')}.gif`,
      open.replace('/o/', '/c/'),
      open.replace('/o/', '/c/').replace('.gif', ''),
      open.replace('.gif', '.png'),
      withdraw.replace('/t/', '/c/'),
      good.replace('/c/', '/t/'),
      open.replace('/o/', '/t/').replace('.gif', ''),
      pathOf(linksOf(1, { ...spring, campaign: 'autumn' }).withdrawUrl()),
      pathOf(linksOf(1, spring, makeKeys()).withdrawUrl()),
      `${good.slice(0, -1)}${good.endsWith('A') ? 'B' : 'A'}`,
      `${good}A`,
      good.slice(0, -1),
      '/c/x',
      '/c/%00',
      '/c/%0d%0aLocation:%20https:%2f%2fevil.example',
      `/c/${encodeURIComponent('https://evil.example')}`,
      `/c/${encodeURIComponent('javascript:alert(1)')}`,
      `/c/${'a'.repeat(5_000)}`,
      '/o/x.gif',
    ]
    const pages = new Set<string>()
    for (const [at, path] of bad.entries()) {
      const answer = await ask(path, {}, `192.0.2.${at}`)
      expect([path, answer.status, answer.headers.get('location')]).toEqual([path, 404, null])
      pages.add(await answer.text())
    }
    expect(pages.size).toBe(1)
    expect([...pages][0]).not.toMatch(/<script|https?:/)
    counter.flush()
    expect(groups).toEqual([])
  })

  it('that takes the consent back does so on a POST of its own words alone, for its own message, and leaves the mail as it is', async () => {
    const { ask, linksOf, withdrawn, rows, counter, count } = createCounting()
    const path = pathOf(linksOf(1).withdrawUrl())
    const post = (body: string, type = 'application/x-www-form-urlencoded') =>
      ask(path, { method: 'POST', body, headers: { 'content-type': type } })
    const page = await (await ask(path)).text()
    expect(page).toContain('<strong>Example &lt;Shop&gt;</strong> counts how often mail is opened')
    expect(page).not.toMatch(/<script|https?:/)
    await ask(path, { method: 'HEAD' })
    for (const [body, type] of [
      ['List-Unsubscribe=One-Click', undefined],
      ['tracking=on', undefined],
      ['', undefined],
      ['tracking=off', 'text/plain'],
      [`tracking=off&x=${'a'.repeat(20_000)}`, undefined],
    ] as const)
      expect((await post(body, type)).status).toBeGreaterThanOrEqual(400)
    for (const method of ['PUT', 'DELETE']) expect((await ask(path, { method })).status).toBe(404)
    expect([...withdrawn]).toEqual([])
    const done = await post('tracking=off')
    expect([done.status, done.headers.get('location'), done.headers.get('set-cookie')]).toEqual([200, null, null])
    expect(await done.text()).toContain('You are no longer counted')
    expect([...withdrawn]).toEqual([1])
    // Nobody has left a list by it, and its links still lead on.
    expect(rows).toEqual([])
    expect((await ask(pathOf(linksOf(1).clickUrl(1, 0)))).status).toBe(302)
    await ask(pathOf(linksOf(2).clickUrl(1, 0)))
    counter.flush()
    expect(count('click', 1)).toBe(1)
  })

  it('does nothing on what a form or a script of another site could send', async () => {
    const { ask, linksOf, counter, groups } = createCounting()
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const answer = await ask(pathOf(linksOf(1).clickUrl(1, 0)), { method })
      expect([answer.status, answer.headers.get('location'), answer.headers.get('access-control-allow-origin')]).toEqual([
        404,
        null,
        null,
      ])
    }
    counter.flush()
    expect(groups).toEqual([])
  })
})

describe('a scanner', () => {
  it('that asks with HEAD, or ahead of time, is answered and not counted', async () => {
    const { ask, linksOf, counter, groups } = createCounting()
    const click = pathOf(linksOf(1).clickUrl(2, 0))
    const open = pathOf(linksOf(1).openUrl())
    for (const init of [{ method: 'HEAD' }, { headers: { 'sec-purpose': 'prefetch' } }, { headers: { 'sec-gpc': '1' } }]) {
      expect((await ask(click, init)).headers.get('location')).toBe(targets[2])
      const picture = await ask(open, init)
      expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/gif'])
    }
    counter.flush()
    expect(groups).toEqual([])
  })
})

describe('a flood', () => {
  it('of one link over and over is one recipient and a number, and nothing that grows', async () => {
    const { ask, linksOf, counter, groups } = createCounting()
    const click = pathOf(linksOf(1).clickUrl(1, 0))
    for (let at = 0; at < 3_000; at++) await ask(click)
    counter.flush()
    expect(groups.map(({ link, count, who }) => [link, count, who.length])).toEqual([
      [1, 3_000, 1],
      [0, 3_000, 1],
    ])
  })

  it('of one address ends in 429, is not counted from then on, and keeps nobody from leaving', async () => {
    const { ask, linksOf, counter, count, token, rows } = createCounting({ burst: 100, perSecond: 1 })
    const click = pathOf(linksOf(1).clickUrl(1, 0))
    const statuses = []
    for (let at = 0; at < 150; at++) statuses.push((await ask(click)).status)
    expect([statuses.filter((one) => one === 302).length, statuses.at(-1)]).toEqual([100, 429])
    counter.flush()
    expect(count('click', 1)).toBe(100)
    // The same address lets somebody go, and another one follows links.
    expect((await ask(`/u/${token()}`, oneClick)).status).toBe(200)
    expect(rows).toHaveLength(1)
    expect((await ask(click, {}, '198.51.100.1')).status).toBe(302)
  })

  it('of links that are none is paid for dearly', async () => {
    const { ask } = createCounting({ burst: 200, perSecond: 1 })
    const statuses = []
    for (let at = 0; at < 10; at++) statuses.push((await ask(`/c/guess${at}`)).status)
    expect(statuses.filter((one) => one === 404).length).toBeLessThan(5)
    expect(statuses.at(-1)).toBe(429)
    expect(usualPace.burst).toBeLessThan(trackingPace.burst)
  })
})

it('a picture is a picture, is kept nowhere on the way, and says nothing', async () => {
  const { ask, linksOf, counter, count } = createCounting()
  const answer = await ask(pathOf(linksOf(7).openUrl()))
  expect(Buffer.from(await answer.arrayBuffer()).toString('latin1', 0, 6)).toBe('GIF89a')
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'cache-control': 'no-store',
    'content-type': 'image/gif',
    'x-content-type-options': 'nosniff',
  })
  expect([...answer.headers.keys()].some((name) => /cookie|etag|last-modified/.test(name))).toBe(false)
  counter.flush()
  expect(count('open', 0)).toBe(1)
  const metrics = await (await ask('/metrics', {}, '127.0.0.1')).text()
  expect(metrics).toContain('sealpost_hits_total{kind="open"} 1')
  expect(metrics).not.toContain('spring')
})
