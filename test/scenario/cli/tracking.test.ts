/** Clicks and openings, with real processes: a campaign is sent, its links are followed over HTTP, and what was counted is shown. */
import { once } from 'node:events'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import { expect, it, vi } from 'vitest'
import { openKeys } from '../../../src/keys.ts'
import { QueueReader, SqliteTrackingLedger } from '../../../src/store/index.ts'
import { eraseTracking, tagOf, trackingKeys } from '../../../src/tracking/index.ts'
import { type Desk, openDesk } from '../../support/cli.ts'
import { freePort } from '../../support/freePort.ts'

vi.setConfig({ testTimeout: 90_000 })

const html = `<body><p>Hello {{ name }}</p><a href="https://shop.example/a?x=1&amp;y=2">A</a>
{% for place in (1..2) %}<a href="https://shop.example/{{ name | url_encode }}/{{ place }}">B</a>{% endfor %}
<a href="mailto:post@shop.example">write</a><a href="https://bank.example/" data-sealpost-track="no">bank</a>
<a href="{{ unsubscribe_url }}">Unsubscribe</a></body>`

async function openCounting(tracking: string, settings = '', recipients = ['ada@valid.test', 'bob@valid.test']) {
  const desk = await openDesk({
    recipients,
    keep: true,
    campaign: `html: ./m.html\nunsubscribe: { list: news }\n${tracking}`,
    settings: `server:\n  baseUrl: https://news.shop.example\n  listen: "127.0.0.1:${await freePort()}"\n${settings}`,
  })
  await desk.write('m.html', html)
  await desk.write('message.txt', 'Hello {{ name }}\nhttps://shop.example/a\n{{ unsubscribe_url }}\n')
  return desk
}

async function read(desk: Desk, to: string) {
  const message = desk.world.mailbox('valid.test').messages.find((one) => one.to.includes(to))
  const mail = await simpleParser(message?.raw ?? '', { skipImageLinks: true })
  const links = [...(mail.html || '').matchAll(/(?:href|src)="([^"]*)"/g)].map(([, url = '']) => url)
  return { text: mail.text ?? '', links }
}

/** The server behind the links, for as long as `use` takes. */
async function serve(desk: Desk, use: (ask: (url: string, init?: RequestInit) => Promise<Response>) => Promise<void>) {
  const server = desk.start('serve')
  const [line] = (await once(server.child.stdout ?? server.child, 'data')) as [Buffer]
  const port = /port (\d+)/.exec(line.toString())?.[1] ?? ''
  await use(async (url, init) => fetch(`http://127.0.0.1:${port}${new URL(url).pathname}`, { redirect: 'manual', ...init }))
  server.child.kill('SIGTERM')
  expect(await server.done).toMatchObject({ exit: 0, stderr: '' })
}

interface Shown {
  readonly tracking: {
    readonly clicks: {
      total: number
      unique: number
      links: { link: number; url: string; total: number; unique: number }[]
    } | null
    readonly opens: { total: number; unique: number } | null
    readonly days: readonly unknown[]
    readonly caveat: string
  } | null
}

async function show(desk: Desk): Promise<Shown['tracking']> {
  return (JSON.parse((await desk.run('campaign', 'show', 'spring', '--json')).stdout) as Shown).tracking
}

it('a campaign is sent, its links are followed, and what was counted is shown and can be erased', async () => {
  await using desk = await openCounting('tracking: { clicks: true, opens: true }\n')
  expect((await desk.run('send', 'campaign.yaml')).exit).toBe(0)
  const ada = await read(desk, 'ada@valid.test')
  const bob = await read(desk, 'bob@valid.test')
  const [a = '', b1 = '', b2 = '', mailto, bank, unsubscribe = '', pixel = ''] = ada.links
  for (const link of [a, b1, b2]) expect(link).toMatch(/^https:\/\/news\.shop\.example\/c\/[A-Za-z0-9_-]{52}$/)
  expect([mailto, bank]).toEqual(['mailto:post@shop.example', 'https://bank.example/'])
  expect(unsubscribe).toMatch(/^https:\/\/news\.shop\.example\/u\//)
  expect(pixel).toMatch(/^https:\/\/news\.shop\.example\/o\/[A-Za-z0-9_-]{52}\.gif$/)
  expect(ada.text).toContain('https://shop.example/a\n')
  expect(ada.links.join(' ')).not.toMatch(/ada/)
  // Another person has other links.
  expect(bob.links.filter((link) => ada.links.includes(link))).toEqual([mailto, bank])
  await expect(stat(join(desk.folder, 'data', 'tracking.db'))).rejects.toMatchObject({ code: 'ENOENT' })
  expect(await show(desk)).toMatchObject({ clicks: { total: 0, unique: 0 }, opens: { total: 0, unique: 0 } })

  await serve(desk, async (ask) => {
    for (const [link, target] of [
      [a, 'https://shop.example/a?x=1&y=2'],
      [a, 'https://shop.example/a?x=1&y=2'],
      [b1, 'https://shop.example/ada/1'],
      [b2, 'https://shop.example/ada/2'],
      [bob.links[2] ?? '', 'https://shop.example/bob/2'],
    ] as const) {
      const answer = await ask(link)
      expect([answer.status, answer.headers.get('location')]).toEqual([302, target])
    }
    expect((await ask(a, { method: 'HEAD' })).headers.get('location')).toBe('https://shop.example/a?x=1&y=2')
    const picture = await ask(pixel)
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/gif'])
    expect(Buffer.from(await picture.arrayBuffer()).toString('latin1', 0, 6)).toBe('GIF89a')
    // A link of one message stands for no other link.
    expect((await ask(a.replace('/c/', '/o/'))).status).toBe(404)
    // Who leaves is not counted from then on, and his links lead on.
    const form = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' })
    expect((await ask(bob.links[5] ?? '', { method: 'POST', body: form })).status).toBe(200)
    expect((await ask(bob.links[0] ?? '')).status).toBe(302)
    expect((await ask(bob.links[6] ?? '')).status).toBe(200)
  })

  const tracking = await show(desk)
  const [day] = new Date().toISOString().split('T')
  expect(tracking).toMatchObject({
    clicks: {
      total: 5,
      unique: 2,
      links: [
        { link: 1, url: 'https://shop.example/a?x=1&y=2', total: 2, unique: 1 },
        { link: 2, url: 'https://shop.example/{{ name | url_encode }}/{{ place }}', total: 3, unique: 2 },
      ],
    },
    opens: { total: 1, unique: 1 },
  })
  expect(tracking?.days).toContainEqual({ kind: 'click', link: 2, day, total: 3, unique: 2 })
  expect(tracking?.caveat).toContain('Apple Mail')
  const shown = (await desk.run('campaign', 'show', 'spring')).stdout
  expect(shown).toContain('by 2 recipients, 100.0% of those sent (5 times)')
  expect(shown).toContain('by 1 recipient, 50.0% of those sent (1 time)')
  expect(shown).toContain('Openings are no readers')
  expect((await desk.run('campaign', 'list')).stdout).toMatch(/clicked +opened/)
  expect((await desk.run('campaign', 'links', 'spring')).stdout).toBe(
    'link,url,clicks,recipients\n1,"https://shop.example/a?x=1&y=2",2,1\n2,"https://shop.example/{{ name | url_encode }}/{{ place }}",3,2\n',
  )
  expect((await desk.run('campaign', 'links', 'spring', '--by-day')).stdout).toContain(`\n${day},2,"https://shop.example/{{`)

  const data = join(desk.folder, 'data')
  const file = await readFile(join(data, 'tracking.db'))
  expect(file.includes('valid.test') || file.includes('ada')).toBe(false)
  using reader = QueueReader.open(data)
  using ledger = SqliteTrackingLedger.open(data)
  const digest = reader.campaign('spring')?.digest ?? ''
  // Links 1, 2, the campaign as a whole, and the picture.
  expect(
    eraseTracking([{ addressKey: 'ada@valid.test', campaign: 'spring', digest }], ledger, await openKeys(data, trackingKeys)),
  ).toBe(4)
  expect(ledger.total(tagOf('spring', digest), 'click')).toEqual({ total: 5, unique: 2 })
})

it('without tracking, links are as they were written, and nothing is made or shown', async () => {
  await using desk = await openCounting('')
  expect((await desk.run('send', 'campaign.yaml')).exit).toBe(0)
  const { links } = await read(desk, 'ada@valid.test')
  expect(links.slice(0, 3)).toEqual([
    'https://shop.example/a?x=1&amp;y=2',
    'https://shop.example/ada/1',
    'https://shop.example/ada/2',
  ])
  expect(links.join(' ')).not.toMatch(/\/[co]\//)
  expect(await show(desk)).toBeNull()
  expect((await desk.run('campaign', 'list')).stdout).not.toContain('opened')
  expect(await desk.run('campaign', 'links', 'spring')).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('does not count clicks') as string,
  })
  await expect(stat(join(desk.folder, 'data', 'keys', 'tracking.key'))).rejects.toMatchObject({ code: 'ENOENT' })
})

it('only who agreed is counted, and the check before sending says what the law asks', async () => {
  await using desk = await openCounting('tracking: { clicks: true, opens: true }\n')
  const rules = async (): Promise<string> => (await desk.run('preflight', 'campaign.yaml')).stdout
  expect(await rules()).toContain('tracking-consent')
  await desk.write('list.csv', 'email,name,agreed\nada@valid.test,ada,2026-11-01\nbob@valid.test,bob,no\n')
  const text = await readFile(join(desk.folder, 'campaign.yaml'), 'utf8')
  await desk.write('campaign.yaml', text.replace('opens: true', 'opens: true, consent: agreed'))
  expect(await rules()).not.toContain('tracking-consent')
  expect((await desk.run('send', 'campaign.yaml')).exit).toBe(0)
  expect((await read(desk, 'ada@valid.test')).links[0]).toContain('/c/')
  const bob = await read(desk, 'bob@valid.test')
  expect(bob.links[0]).toBe('https://shop.example/a?x=1&amp;y=2')
  expect(bob.links).toHaveLength(6)
})

it('who takes the consent to be counted back gets the next campaign with links as they were written, and no click of his counts', async () => {
  await using desk = await openCounting('tracking: { clicks: true, opens: true }\n')
  expect((await desk.run('preflight', 'campaign.yaml')).stdout).toContain('[tracking-withdrawal]')
  // Put together by the template, it is no link to be counted either.
  await desk.write(
    'm.html',
    html.replace('</body>', '{% assign out = tracking_optout %}<a href="{{ out }}">Do not count me</a></body>'),
  )
  await desk.write('message.txt', 'Hello {{ name }}\n{{ unsubscribe_url }}\nDo not count me: {{ tracking_optout }}\n')
  expect((await desk.run('preflight', 'campaign.yaml')).stdout).not.toContain('[tracking-withdrawal]')
  expect((await desk.run('send', 'campaign.yaml')).exit).toBe(0)
  const [ada, bob] = [await read(desk, 'ada@valid.test'), await read(desk, 'bob@valid.test')]
  const out = ada.links.find((link) => link.includes('/t/')) ?? ''
  expect(out).toMatch(/^https:\/\/news\.shop\.example\/t\/[A-Za-z0-9_-]{52}$/)
  expect(ada.text).toContain(`Do not count me: ${out}`)
  expect(bob.text).not.toContain(out)
  await serve(desk, async (ask) => {
    expect(await (await ask(out, { headers: { 'accept-language': 'de' } })).text()).toContain('Mich nicht mitzählen')
    // A look at the page changes nothing.
    expect((await ask(ada.links[0] ?? '')).status).toBe(302)
    const done = await ask(out, { method: 'POST', body: new URLSearchParams({ tracking: 'off' }) })
    expect(await done.text()).toContain('You are no longer counted')
    // Mail of before is answered, and not counted any more; another's is.
    for (const link of ada.links.filter((link) => /\/[co]\//.test(link))) expect((await ask(link)).status).toBeLessThan(400)
    expect((await ask(bob.links[0] ?? '')).status).toBe(302)
  })
  expect(await show(desk)).toMatchObject({ clicks: { total: 2, unique: 2 }, opens: { total: 0 } })
  const listed = JSON.parse((await desk.run('suppression', 'uncounted', '--json')).stdout) as unknown
  expect(listed).toMatchObject([{ address: 'ada@valid.test', source: expect.stringMatching(/^link of message \d+$/) as string }])
  // Nobody has left a list.
  expect((await desk.run('suppression', 'list', '--json')).stdout.trim()).toBe('[]')

  const text = await readFile(join(desk.folder, 'campaign.yaml'), 'utf8')
  const later = async (name: string) => {
    await desk.write('later.yaml', text.replace('spring', name))
    const before = desk.world.mailbox('valid.test').messages.length
    expect((await desk.run('send', 'later.yaml')).exit).toBe(0)
    const found = desk.world.mailbox('valid.test').messages.slice(before)
    const linksOf = async (to: string) => {
      const mail = await simpleParser(found.find((one) => one.to.includes(to))?.raw ?? '', { skipImageLinks: true })
      return [...(mail.html || '').matchAll(/(?:href|src)="([^"]*)"/g)].map(([, url = '']) => url)
    }
    return { ada: await linksOf('ada@valid.test'), bob: await linksOf('bob@valid.test') }
  }
  const summer = await later('summer')
  expect(summer.ada.slice(0, 3)).toEqual([
    'https://shop.example/a?x=1&amp;y=2',
    'https://shop.example/ada/1',
    'https://shop.example/ada/2',
  ])
  expect(summer.ada.join(' ')).not.toMatch(/\/[co]\//)
  // The way to say so stays where it was: others see the same message.
  expect(summer.ada.join(' ')).toContain('/t/')
  expect(summer.bob.join(' ')).toMatch(/\/c\/.*\/o\//)
  // Agreed anew, he is counted again.
  expect((await desk.run('suppression', 'uncounted', '--remove', 'ADA@valid.test')).stdout).toContain('may be counted again')
  expect((await later('autumn')).ada.join(' ')).toMatch(/\/c\/.*\/o\//)
  expect((await desk.run('suppression', 'uncounted', '--add', 'bob@valid.test')).stdout).toContain('is counted no more')
  expect((await later('winter')).bob.join(' ')).not.toMatch(/\/[co]\//)
})

// The threat: a cell of the list makes a script, or another header of the answer, of a link.
it('a cell of the list cannot make anything but a link of a link', async () => {
  await using desk = await openCounting('tracking: { clicks: true }\n')
  await desk.write('m.html', '<a href="{{ own }}">x</a><a href="https://shop.example/?q={{ own }}">y</a> {{ unsubscribe_url }}')
  await desk.write(
    'list.csv',
    'email,name,own\nada@valid.test,ada,javascript:alert(1)\nbob@valid.test,bob,"https://shop.example/\r\nSet-Cookie: a=b"\n',
  )
  expect((await desk.run('send', 'campaign.yaml')).exit).toBe(0)
  const ada = await read(desk, 'ada@valid.test')
  const bob = await read(desk, 'bob@valid.test')
  expect(ada.links[0]).toBe('javascript:alert(1)')
  await serve(desk, async (ask) => {
    const answers = await Promise.all([ada.links[1] ?? '', ...bob.links].map(async (link) => ask(link)))
    expect(answers.map(({ headers }) => headers.get('location'))).toEqual([
      'https://shop.example/?q=javascript:alert(1)',
      'https://shop.example/Set-Cookie:%20a=b',
      'https://shop.example/?q=https://shop.example/Set-Cookie:%20a=b',
    ])
    for (const { headers } of answers) expect(headers.get('set-cookie')).toBeNull()
  })
})

it('a test to oneself is not counted, and the settings say where links lead', async () => {
  await using desk = await openCounting('tracking: { clicks: true, opens: true }\n')
  expect((await desk.run('test-send', 'campaign.yaml', '--to', 'me@valid.test')).exit).toBe(0)
  expect((await read(desk, 'me@valid.test')).links[0]).toBe('https://shop.example/a?x=1&amp;y=2')
  // Its link to be counted no more is nobody's.
  await desk.write('m.html', html.replace('</body>', '<a href="{{ tracking_optout }}">No</a></body>'))
  expect((await desk.run('test-send', 'campaign.yaml', '--to', 'again@valid.test')).exit).toBe(0)
  expect((await read(desk, 'again@valid.test')).links.at(-1)).toMatch(/^https:\/\/news\.shop\.example\/t\//)
  await desk.write('m.html', html)
  const settings = await readFile(join(desk.folder, 'sealpost.yaml'), 'utf8')
  await desk.write('sealpost.yaml', settings.replace(/server:\n(?: {2}.*\n)*/, ''))
  await desk.write('campaign.yaml', (await readFile(join(desk.folder, 'campaign.yaml'), 'utf8')).replace(/unsubscribe:.*\n/, ''))
  await desk.write('m.html', '<a href="https://shop.example/">x</a>')
  await desk.write('message.txt', 'x')
  expect(await desk.run('send', 'campaign.yaml')).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('counts clicks or openings, and server.baseUrl does not say where') as string,
  })
})

it('a key that was turned over signs what is sent from then on, and older links lead on', async () => {
  await using desk = await openCounting('tracking: { clicks: true }\n')
  expect((await desk.run('send', 'campaign.yaml')).exit).toBe(0)
  expect((await desk.run('tracking', 'rotate-key')).stdout).toContain('key 2 from now on')
  const keys = await openKeys(join(desk.folder, 'data'), trackingKeys)
  expect([keys.current, keys.all.size]).toEqual([2, 2])
  const [link = ''] = (await read(desk, 'ada@valid.test')).links
  await serve(desk, async (ask) => {
    const answer = await ask(link)
    expect([answer.status, answer.headers.get('location')]).toEqual([302, 'https://shop.example/a?x=1&y=2'])
  })
})
