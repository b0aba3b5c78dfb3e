import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { simpleParser } from 'mailparser'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findLinks, readTarget } from './html/index.ts'
import { type RenderTarget, checkTemplates, createLinkFinder, createRenderer, freezeCampaign, loadCampaign } from './index.ts'
import { isWholeLiquid } from './template.ts'
import { isYes } from './tracking.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

async function freeze(html: string, entries = 'tracking: { clicks: true, opens: true }\n', files: Record<string, string> = {}) {
  const usual = 'name: spring\nlist: list.csv\nfrom: Shop <news@shop.example>\nsubject: Hi\nhtml: m.html\n'
  const all = { 'list.csv': 'email\na@a.test\n', 'm.html': html, ...files, 'campaign.yaml': usual + entries }
  for (const [name, content] of Object.entries(all)) await writeFile(join(folder, name), content)
  return freezeCampaign(await loadCampaign(join(folder, 'campaign.yaml')))
}

const tracking = {
  clickUrl: (link: number, time: number) => `https://t.example/c/${link}.${time}`,
  openUrl: () => 'https://t.example/o/x.gif',
}
const pixel =
  '<img src="https://t.example/o/x.gif" width="1" height="1" alt="" style="display:block;width:1px;height:1px;border:0">'

function ada(columns: Record<string, string> = {}, counted = true): RenderTarget {
  return { id: 'a1', address: 'ada@a.test', columns, createdAt: 0, ...(counted ? { tracking } : {}) }
}

async function read(frozen: Awaited<ReturnType<typeof freeze>>, target: RenderTarget) {
  const { raw } = await createRenderer(frozen).render(target)
  const mail = await simpleParser(raw, { skipImageLinks: true })
  return { html: mail.html || '', text: (mail.text ?? '').trim() }
}

describe('links in a message', () => {
  it('that lead to the web are led over a counter, and all others stay', async () => {
    const others =
      '<a href="mailto:a@a.test">m</a><a href="tel:+49123">t</a><a href="#top">h</a><a href="/x">r</a><a name="x">n</a><a href="javascript:alert(1)">j</a>' +
      '<a href="https://bank.example/" data-sealpost-track="no">b</a><!--<a href="https://shop.example/c">c</a>--><img src="https://shop.example/p.png"><form action="https://shop.example/f"></form>'
    const frozen = await freeze(
      `<body><a href="https://shop.example/a?x=1&amp;y=2">A</a><a href='https://shop.example/b'>B</a><A HREF=https://shop.example/a?x=1&amp;y=2>C</A>${others}</body>`,
    )
    const { html, text } = await read(frozen, ada())
    expect(html).toBe(
      `<body><a href="https://t.example/c/1.0">A</a><a href='https://t.example/c/2.0'>B</a><A HREF=https://t.example/c/1.0>C</A>${others}${pixel}</body>`,
    )
    // The plain text is the one that was written, and shows where a link leads.
    expect(text).toContain('https://shop.example/b')
    expect(text).not.toContain('t.example')
    expect(frozen.tracking).toEqual({ links: ['https://shop.example/a?x=1&amp;y=2', 'https://shop.example/b'], opens: true })
    const finder = createLinkFinder(frozen)
    expect([1, 2, 3, 0].map((link) => finder.fixed(link))).toEqual([
      'https://shop.example/a?x=1&y=2',
      'https://shop.example/b',
      undefined,
      undefined,
    ])
  })

  it('whose address has values in it lead where they lead in that message', async () => {
    const frozen = await freeze(
      `{% assign base = "https://shop.example" %}{% for i in (1..3) %}<a href="{{ base }}/{{ city | url_encode }}/{{ i }}">x</a>{% endfor %}<a href="{{ own }}">o</a><a href="{% if city == 'Rom' %}https://rom.example/?a&amp;b{% else %}https://b.example{% endif %}">y</a>`,
    )
    const columns = { city: 'Köln "&', own: 'https://own.example/?a=1&b=2' }
    const { html } = await read(frozen, ada(columns))
    expect([...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)).toEqual(
      ['1.0', '1.1', '1.2', '2.0', '3.0'].map((end) => `https://t.example/c/${end}`),
    )
    const finder = createLinkFinder(frozen)
    const row = { address: 'ada@a.test', columns }
    expect(finder.varies(1)).toBe(true)
    expect(finder.find(row, 1, 2)).toBe('https://shop.example/K%C3%B6ln+%22%26/3')
    expect(finder.find(row, 2, 0)).toBe('https://own.example/?a=1&b=2')
    expect(finder.find({ ...row, columns: { ...columns, city: 'Rom' } }, 3, 0)).toBe('https://rom.example/?a&b')
    for (const [link, time] of [
      [1, 3],
      [2, 1],
      [4, 0],
      [0, 0],
    ] as const)
      expect(finder.find(row, link, time)).toBeUndefined()
    expect(finder.list(row)).toHaveLength(5)
  })

  it('are left alone where a value makes something else of them', async () => {
    const frozen = await freeze(
      '<a href="{{ own }}">o</a>{% render "foot.html" %}',
      'tracking: { clicks: true }\nunsubscribe: {}\n',
      {
        'foot.html':
          '<a href="https://shop.example/">s</a>{% assign out = unsubscribe_url %}<a href="{{ out }}">u</a><a href="{{ unsubscribe_url }}">v</a>',
      },
    )
    const url = 'https://t.example/u/abc'
    for (const own of [
      'javascript:alert(1)',
      'mailto:a@a.test',
      '',
      'https://',
      'data:text/html,x',
      ' \r\njavascript:x',
      'HTTPS:evil.example',
    ]) {
      const { html } = await read(frozen, { ...ada({ own }), unsubscribe: { url, headers: {} } })
      const [first, ...more] = [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)
      expect(first).not.toContain('t.example/c/')
      expect(more).toEqual(
        ['https://t.example/c/1.0', url, url].map((one, at) => (at === 0 ? expect.stringMatching(/\/c\/\d\.0$/) : one)),
      )
      expect(
        createLinkFinder(frozen).find({ address: 'a@a.test', columns: { own }, unsubscribe: { url, headers: {} } }, 1, 0),
      ).toBeUndefined()
    }
  })

  it('of whoever did not agree are as they were written, and tell of nothing', async () => {
    const frozen = await freeze(
      '<body><a href="https://shop.example/?a=1&amp;b=2">x</a><a href="https://shop.example/{{ own }}">y</a></body>',
      'tracking: { clicks: true, opens: true, consent: agreed }\n',
    )
    for (const agreed of ['', 'no', 'No ', 'false', '0', 'off', 'nein']) {
      const { html } = await read(frozen, ada({ agreed, own: '1' }))
      expect(html).toBe('<body><a href="https://shop.example/?a=1&amp;b=2">x</a><a href="https://shop.example/1">y</a></body>')
    }
    for (const agreed of ['yes', '2026-01-05', '1', 'north'])
      expect((await read(frozen, ada({ agreed, own: '1' }))).html).toContain('t.example/o/x.gif')
    expect(createLinkFinder(frozen).find({ address: 'x@a.test', columns: { agreed: '', own: '7' } }, 2, 0)).toBe(
      'https://shop.example/7',
    )
    await expect(checkTemplates(frozen, ['email', 'own'])).rejects.toThrow(/tracking\.consent names "agreed"/)
    await checkTemplates(frozen, ['email', 'own', 'agreed'])
  })

  it('of MJML, of partials, and within conditions are counted too', async () => {
    const mjml =
      '<mjml><mj-body><mj-section><mj-column><mj-button href="https://shop.example/{{ own }}">a</mj-button><mj-text>{% if own == "1" %}<a href="https://shop.example/">b</a>{% endif %}</mj-text></mj-column></mj-section></mj-body></mjml>'
    await writeFile(join(folder, 'list.csv'), 'email,own\n')
    await writeFile(join(folder, 'm.mjml'), mjml)
    await writeFile(
      join(folder, 'campaign.yaml'),
      'name: m\nlist: list.csv\nfrom: n@shop.example\nsubject: s\nhtml: m.mjml\ntracking: { clicks: true }\n',
    )
    const campaign = await freezeCampaign(await loadCampaign(join(folder, 'campaign.yaml')))
    await checkTemplates(campaign, ['email', 'own'])
    const { html } = await read(campaign, ada({ own: '1' }))
    expect(html).toContain('href="https://t.example/c/1.0"')
    expect(html).toContain('href="https://t.example/c/2.0"')
  })

  it('are as before, to the octet, where nothing is counted', async () => {
    const source = '<p>{{ own }}</p><a href="https://shop.example/">x</a>'
    const off = await freeze(source, 'tracking: { clicks: false }\n')
    const never = await freeze(source, '')
    expect(off.digest).toBe(never.digest)
    expect(off.tracking).toBeUndefined()
    const target = ada({ own: 'x' })
    expect((await createRenderer(off).render(target)).raw).toEqual((await createRenderer(never).render(target)).raw)
  })

  it('keep the lines of what follows them', async () => {
    const frozen = await freeze(
      '<a href="https://shop.example/\n\nx">x</a>\n<a href="https://shop.example/{{ own }}">y</a>\n{{ nope }}',
    )
    await expect(checkTemplates(frozen, ['email', 'own'])).rejects.toMatchObject({ where: expect.stringContaining('m.html:5') })
    await expect(
      checkTemplates(await freeze('\n<a href="https://shop.example/{{ nope }}">y</a>'), ['email']),
    ).rejects.toMatchObject({
      where: expect.stringContaining('m.html:2'),
    })
  })

  it('are no column of the list, whatever its columns are called', async () => {
    const frozen = await freeze('<a href="https://shop.example/">x</a>')
    const columns = { sealpost_link_1: 'https://evil.example', sealpost_open: '<script>' }
    const { html } = await read(frozen, ada(columns))
    expect(html).toBe(`<a href="https://t.example/c/1.0">x</a>${pixel}`)
  })

  it('need HTML, and are not without number', async () => {
    await writeFile(join(folder, 'm.txt'), 'x')
    await writeFile(join(folder, 'list.csv'), 'email\n')
    await writeFile(
      join(folder, 't.yaml'),
      'name: t\nlist: list.csv\nfrom: n@shop.example\nsubject: s\ntext: m.txt\ntracking: { opens: true }\n',
    )
    await expect(loadCampaign(join(folder, 't.yaml'))).rejects.toThrow(/there is no html/)
    const many = Array.from({ length: 1_001 }, (_, at) => `<a href="https://shop.example/${at}">x</a>`).join('')
    await expect(freeze(many)).rejects.toThrow(/more than 1000 different links/)
  })
})

describe('the target of a link', () => {
  it.each([
    ['https://shop.example/a?x=1&amp;y=2', 'https://shop.example/a?x=1&y=2'],
    [' HTTP://SHOP.example ', 'http://shop.example/'],
    ['https://bücher.example/ä', 'https://xn--bcher-kva.example/%C3%A4'],
    ['https://shop.example/?a=1&b=2&copy=3', 'https://shop.example/?a=1&b=2&copy=3'],
    ['https://shop.example/&#47;&#x2f;', 'https://shop.example///'],
    ['https://shop.example/a\r\nSet-Cookie: a=b', 'https://shop.example/aSet-Cookie:%20a=b'],
    ['https://shop.example/%0d%0aSet-Cookie:x', 'https://shop.example/%0d%0aSet-Cookie:x'],
    ['https://shop.example/&eacute;', undefined],
    ['https://shop.example/&#13;&#10;x', undefined],
    ['https://shop.example/&copy x', undefined],
    ['java&#115;cript:alert(1)', undefined],
    ['javascript:alert(1)', undefined],
    ['//shop.example/', undefined],
    ['https:shop.example', undefined],
    ['https://', undefined],
    ['ftp://shop.example/', undefined],
    [`https://shop.example/${'a'.repeat(2_000)}`, undefined],
  ])('%j leads to %j', (href, target) => {
    expect(readTarget(href)).toBe(target)
  })

  it('is an address on the web that a header can hold, or nothing, whatever is written', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string().map((text) => `https://a.example/${text}`),
        ),
        (href) => {
          const target = readTarget(href)
          expect(target === undefined || /^https?:\/\/[!-~]+$/.test(target)).toBe(true)
        },
      ),
    )
  })
})

it('whatever the HTML, what is taken for a link is one, and stands where it says', () => {
  const piece = fc.constantFrom(
    '<a ',
    'href=',
    '"',
    "'",
    'https://a.example',
    '{{ x }}',
    '{% if x %}',
    '{% endif %}',
    '>',
    '<!--',
    '-->',
    ' ',
    '</a>',
    '<area ',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
      const source = pieces.join('')
      for (const { href, start, end } of findLinks(source, isWholeLiquid)) expect(source.slice(start, end)).toBe(href)
    }),
  )
})

it('a cell says yes unless it says no', () => {
  expect(['yes', '1', '2026', 'x'].every(isYes)).toBe(true)
  expect(['', ' ', 'n', 'No', '0', undefined].some(isYes)).toBe(false)
})
