import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseTemplate } from '../template.ts'
import { locateSource } from '../source.ts'
import { inlineStyles, insertPreheader, renderMjml, writeTextTemplate } from './index.ts'

const template = (source: string) => ({ source, file: 'm.html', line: 1 })

test('styles are written into their elements, and Liquid stays where it was', async () => {
  const html = `<style>.a { color: red } p { margin: 0 } @media (max-width: 9px) { p { margin: 1px } }</style>
<table>{% for i in (1..2) %}<tr {% if x > 1 %}class="b"{% else %}class="c"{% endif %}><td class=a>{{ name | default: "<p>" }}</td></tr>{% endfor %}</table>
<p style="color: {{ color }}" title="a > b">x</p><!-- <p> --><p>y`
  expect(await inlineStyles(html))
    .toBe(`<style>.a { color: red } p { margin: 0 } @media (max-width: 9px) { p { margin: 1px } }</style>
<table>{% for i in (1..2) %}<tr {% if x > 1 %}class="b"{% else %}class="c"{% endif %}><td style="color: red;" class=a>{{ name | default: "<p>" }}</td></tr>{% endfor %}</table>
<p style="margin: 0; color: {{ color }}" title="a > b">x</p><!-- <p> --><p style="margin: 0;">y`)
})

test('a style of its own wins over the sheet, whatever its quotes and its Liquid', async () => {
  const sheet = `<style>p { color: red; font-family: 'A B', "C" }</style>`
  const style = async (own: string): Promise<string> =>
    (await inlineStyles(`${sheet}<p style=${own} class=b>`)).slice(sheet.length + '<p '.length)
  const fonts = "color: red;font-family: 'A B', 'C';"
  expect(await style('"color:\n blue"')).toBe(`style="${fonts} color:\n blue" class=b>`)
  expect(await style('\'{{ c | default: "x" }}\'')).toBe(
    `style='${fonts.replaceAll("'", '&#39;')} {{ c | default: "x" }}' class=b>`,
  )
  expect(await style('{{ c }}')).toBe(`style="${fonts} {{ c }}" class=b>`)
})

test('HTML without style sheets is left as it is, and no sheet is fetched', async () => {
  const html = '<LINK rel=stylesheet href="http://127.0.0.1:1/x.css"><p>{{ a }}'
  expect(await inlineStyles(html)).toBe(html)
  expect(await inlineStyles(`<style>b{color:red}</style>${html}`)).toBe(`<style>b{color:red}</style>${html}`)
})

test('the preheader stands first in the body, and every line is still found', () => {
  const html = { source: '<html>\n<body class="x">\n<p>{{ a }}</p>\n{{ b }}', file: 'm.html', line: 1 }
  const whole = insertPreheader(html, { source: 'Only\n{{ c }}', file: 'campaign.yaml', line: 7 })
  expect(whole.source).toMatch(/<body class="x"><div style="display:none[^>]*>Only\n\{\{ c \}\}&#847;/)
  const where = (text: string): string => {
    const before = whole.source.slice(0, whole.source.indexOf(text))
    return locateSource(whole, before.split('\n').length, before.length - before.lastIndexOf('\n'))
  }
  expect([where('<body'), where('{{ c'), where('<p>'), where('{{ a'), where('{{ b')]).toEqual([
    'm.html:2',
    'campaign.yaml:8',
    'm.html:3',
    'm.html:3',
    'm.html:4',
  ])
  expect(() => parseTemplate(whole, 'html').checkNames(['a', 'b'])).toThrow(/"c".*/)
  expect(insertPreheader(template('<!doctype html>x'), template('y')).source).toMatch(/^<!doctype html><div .*y/)
})

test('MJML is laid out once, with its Liquid in place', async () => {
  const source = `<mjml><mj-head><mj-title>Hi {{ name }}</mj-title></mj-head><mj-body>
{% for item in list %}
<mj-section><mj-column>
<mj-text>{% if a < b %}Hello {{ name | default: "you" }}{% endif %} &amp; co</mj-text>
<mj-button href="https://x.example/{{ id }}?a=1">go</mj-button>
</mj-column></mj-section>
{% endfor %}
</mj-body></mjml>`
  const { source: html } = await renderMjml(template(source))
  expect(html).toContain('{% if a < b %}Hello {{ name | default: "you" }}{% endif %} &amp; co')
  expect(html).toContain('href="https://x.example/{{ id }}?a=1"')
  expect(html).toMatch(/\{% for item in list %\}.*<table.*\{% endfor %\}/s)
  expect(html).toContain('<title>Hi {{ name }}</title>')
  expect(html).not.toMatch(/sealpostLiquid|fonts\.googleapis|<link/)
  expect(() => parseTemplate({ source: html, file: 'm', line: 1 }, 'html')).not.toThrow()
})

test('an error in what MJML made is told with the line of the MJML', async () => {
  const made = await renderMjml(
    template(
      '<mjml><mj-body>\n<mj-section><mj-column>\n<mj-text>{{ a }}</mj-text>\n<mj-text>x {{ nope }}</mj-text></mj-column></mj-section></mj-body></mjml>',
    ),
  )
  expect(() => parseTemplate(made, 'html').checkNames(['a'])).toThrow(expect.objectContaining({ where: 'm.html:4' }))
})

test.each([
  [
    '<mjml>\n<mj-body><mj-secton></mj-secton></mj-body></mjml>',
    'm.html:2',
    'MJML has no <mj-secton>: did you mean <mj-section>?',
  ],
  ['<mjml><mj-body>\n\n<mj-include path="/etc/passwd" /></mj-body></mjml>', 'm.html:3', 'mj-include is not available'],
  ['<mjml>\n<mj-body>\n<mj-section a=></mj-section></mj-body></mjml>', 'm.html:3', 'This is not valid MJML'],
  ['<mjml><mj-body>\n{{ name }}</mj-body></mjml>', 'm.html:2', 'A value stands between components'],
  ['<p>no MJML</p>', 'm.html:1', 'This is not valid MJML'],
])('%j is no MJML: %s %s', async (source, where, what) => {
  await expect(renderMjml(template(source))).rejects.toMatchObject({ code: 'SP_TEMPLATE_INVALID', where })
  await expect(renderMjml(template(source))).rejects.toThrow(what)
})

test('a text is made of the HTML before its values are known', () => {
  const text = writeTextTemplate(
    '<h1>Hi {{ name }}</h1><p>One</p>\n{% if x == "a" %}<p>Two <a href="https://x.example/{{ id }}">link</a></p>{% endif %}<p>Three</p>',
  )
  const render = (x: string): string => parseTemplate(template(text ?? ''), 'text').render({ name: '<Ada>', x, id: '7' })
  expect(render('a')).toBe('Hi <Ada>\n\nOne\n\nTwo link [https://x.example/7]\n\nThree')
  expect(render('b')).toBe('Hi <Ada>\n\nOne\n\nThree')
  expect(writeTextTemplate('<p>{{ body | raw }}</p>')).toBeUndefined()
})

const tags = [
  '<p>',
  '</p>',
  '<p class="a"',
  '>',
  '<div style="x:y">',
  "<b style='color: {{ c }}'>",
  '<i style=z>',
  '<!--',
  '-->',
  '<td',
]
const liquid = ['<i style={{ z }} b>', '{{ x }}', '{% if a > b %}', '{% endif %}', '{{ "}}" }}', '{% raw %}{{{% endraw %}']
const others = [
  '"',
  "'",
  '<',
  '=',
  '/',
  ' a=b',
  '<title>',
  '</title>',
  '<style>p{margin:0}',
  '</style>',
  '<style>.a{color:red}</style>',
  'text',
  '\n',
  '&amp;',
  'é',
  '<svg><p/></svg>',
  '<table><tr>',
]

test('whatever the HTML, nothing in it but style attributes changes', async () => {
  const piece = fc.constantFrom(...tags, ...liquid, ...others)
  const bare = (html: string): string => html.replace(/\sstyle=(?:"[^"]*"|'[^']*'|\{\{ z \}\}|[^\s>"']+)/g, '')
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 25 }), async (pieces) => {
      const html = `<style>p{margin:0}</style>${pieces.join('')}`
      const inlined = await inlineStyles(html)
      expect(bare(inlined)).toBe(bare(html))
      expect(inlined.split('\n').length).toBe(html.split('\n').length)
    }),
    { numRuns: 1_000 },
  )
})

test('a template of a megabyte that is no HTML takes no longer than one that is', async () => {
  const sheet = '<style>p{margin:0}</style>'
  for (const evil of ['<a '.repeat(330_000), '<!--'.repeat(250_000), '<title>'.repeat(140_000), '<p a="'.repeat(160_000)])
    expect(await inlineStyles(sheet + evil)).toHaveLength(sheet.length + evil.length)
})
