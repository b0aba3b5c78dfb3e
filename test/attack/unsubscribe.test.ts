/**
 * Links in mail are followed by everybody: scanners of mail gateways open them before the recipient does, some with HEAD;
 * mails are passed on; and whoever dislikes a sender, or a recipient, tries what else the server behind a link can be made
 * to do. Nobody may leave without wanting to, nobody may be made to leave by another, and nothing may be learnt of who is on
 * a list.
 */
import { describe, expect, it } from 'vitest'
import { type Reading, readBounces } from '../../src/bounce/index.ts'
import { Pace } from '../../src/serve/index.ts'
import { createMemoryLedger, createMemorySuppressions, sentTo, store } from '../support/bounces.ts'
import { createServing, makeKeys, messages, oneClick } from '../support/serving.ts'

describe('a scanner that follows links', () => {
  it.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH'])('unsubscribes nobody with %s', async (method) => {
    const { ask, token, rows } = createServing()
    await ask(`/u/${token()}?List-Unsubscribe=One-Click&from=page`, { method })
    await ask(`/u/${token()}/undo?resubscribe=yes`, { method })
    expect(rows).toEqual([])
  })
})

describe('a token that is not the own', () => {
  it('of whatever kind gets the same page, which says nothing', async () => {
    const { ask, token, rows } = createServing()
    const good = token()
    const bad = [
      token(1, 'offers'),
      token(1, null),
      token(1, 'news', 'winter'),
      token(99),
      `${good.slice(0, -1)}${good.endsWith('a') ? 'b' : 'a'}`,
      `${good}a`,
      good.slice(1),
      'x',
      '%00',
      '%0d%0aSet-Cookie:%20a=b',
      'a'.repeat(5_000),
      encodeURIComponent('<script>alert(1)</script>'),
      encodeURIComponent("' OR 1=1 --"),
    ]
    const pages = new Set<string>()
    for (const one of bad) {
      for (const init of [{}, oneClick]) {
        const answer = await ask(`/u/${one}`, init, `192.0.2.${bad.indexOf(one)}`)
        expect([one, answer.status]).toEqual([one, 404])
        expect(answer.headers.get('set-cookie')).toBeNull()
        pages.add(await answer.text())
      }
    }
    expect(pages.size).toBe(1)
    expect(rows).toEqual([])
  })

  it('of another server is none', async () => {
    const { ask, rows } = createServing()
    expect((await ask(`/u/${createServing().token()}`, oneClick)).status).toBe(404)
    expect(rows).toEqual([])
  })

  it('is paid for: who tries many is not answered any more, others are', async () => {
    let now = 0
    const { ask, token, rows } = createServing({ pace: new Pace({ burst: 200, perSecond: 10 }, () => now) })
    const statuses = []
    for (let at = 0; at < 10; at++) statuses.push((await ask(`/u/guess${at}`, oneClick)).status)
    expect(statuses).toEqual([404, 404, 404, 404, 429, 429, 429, 429, 429, 429])
    // He cannot take another name by writing one down.
    const lie = { headers: { 'x-forwarded-for': '203.0.113.1' } }
    expect((await ask('/u/guess', lie)).status).toBe(429)
    expect((await ask(`/u/${token()}`, oneClick, '198.51.100.1')).status).toBe(200)
    expect(rows).toHaveLength(1)
    now = 60_000
    expect((await ask('/u/guess')).status).toBe(404)
  })
})

describe('another site', () => {
  it('cannot make a request that does something with what browsers send by themselves', async () => {
    const { ask, token, rows } = createServing()
    const bodies: RequestInit[] = [
      {},
      { body: 'List-Unsubscribe=One-Click', headers: { 'content-type': 'text/plain' } },
      { body: '{"List-Unsubscribe":"One-Click"}', headers: { 'content-type': 'application/json' } },
      { body: 'list-unsubscribe=one-click', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      { body: 'List-Unsubscribe=', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      { body: '--x\r\nbroken', headers: { 'content-type': 'multipart/form-data; boundary=x' } },
    ]
    for (const init of bodies) expect((await ask(`/u/${token()}`, { method: 'POST', ...init })).status).toBe(400)
    expect(rows).toEqual([])
    const answer = await ask(`/u/${token()}`, { headers: { origin: 'https://evil.example' } })
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    expect(answer.headers.get('x-frame-options')).toBe('DENY')
  })
})

describe('a body without end', () => {
  it.each([
    ['that says so', { 'content-length': '99999999' }],
    ['that does not', {}],
  ])('%s is not read', async (_, headers) => {
    const { ask, token, rows } = createServing()
    let pulled = 0
    const body = new ReadableStream({
      pull: (controller) => {
        pulled += 1
        controller.enqueue(new Uint8Array(4_096).fill(97))
      },
    })
    const init = { ...oneClick, headers: { ...oneClick.headers, ...headers }, body, duplex: 'half' }
    expect((await ask(`/u/${token()}`, init as RequestInit)).status).toBe(413)
    expect(pulled).toBeLessThan(10)
    expect(rows).toEqual([])
  })
})

describe('a mail that was passed on', () => {
  it('brings nobody back whom it did not let go', async () => {
    const { ask, token, rows, deps } = createServing()
    await deps.desk.suppressions.suppress([
      {
        addressKey: 'ada@a.test',
        list: undefined,
        reason: 'complaint',
        source: 'box',
        at: deps.desk.now(),
        campaign: undefined,
        detail: '',
      },
    ])
    const answer = await ask(`/u/${token()}/undo`, { method: 'POST', body: new URLSearchParams({ resubscribe: 'yes' }) })
    expect(await answer.text()).toContain('Nothing was changed')
    expect(rows).toHaveLength(1)
  })
})

describe('a forged mail', () => {
  it('without a token of ours lets nobody go, and with one only whom it is of', async () => {
    const { keys, token } = createServing()
    const suppressions = createMemorySuppressions()
    const other = createServing().token()
    const mails = [
      `From: ada@a.test\nTo: unsubscribe@shop.example\nSubject: unsubscribe\n\nunsubscribe me`,
      `From: ada@a.test\nTo: unsubscribe+${other}@shop.example\nSubject: unsubscribe ${other}\n\n`,
      `From: ada@a.test\nSubject: unsubscribe ${token(1, 'offers')}\n\n`,
      `From: ada@a.test\nAuto-Submitted: auto-replied\nSubject: Re: unsubscribe ${token(3)}\n\n`,
      // Whoever wrote it: the token is of bob's message.
      `From: cy@a.test\nTo: unsubscribe+${token(2)}@shop.example\n\n`,
    ]
    const desk = { keys: async () => keys, messages: { find: async (id: number) => messages.find((one) => one.id === id) } }
    const options = {
      key: undefined,
      ledger: createMemoryLedger(),
      messages: sentTo([]),
      suppressions,
      unsubscribe: desk,
      now: () => 5,
    }
    const readings: Reading[] = []
    for await (const reading of readBounces(store(mails.map((mail) => Buffer.from(mail))), options)) readings.push(reading)
    expect(readings.map(({ kind, left }) => [kind, left?.id])).toEqual([
      ['unknown', undefined],
      ['unsubscribe', undefined],
      ['unsubscribe', undefined],
      ['auto-reply', undefined],
      ['unsubscribe', 2],
    ])
    expect(suppressions.rows).toMatchObject([
      { addressKey: 'bob@a.test', list: 'news', reason: 'unsubscribe', detail: 'by mail' },
    ])
    // Where no link was ever given, a token opens nothing.
    for await (const reading of readBounces(store([Buffer.from(mails[4] ?? '')]), {
      ...options,
      ledger: createMemoryLedger(),
      unsubscribe: { ...desk, keys: async () => makeKeys() },
    }))
      expect(reading.left).toBeUndefined()
  })
})
