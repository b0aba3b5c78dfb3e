/**
 * A campaign may come by mail, or from whoever may write beside it; a column of the list from whoever filled in a form. Both
 * can be made so that whoever only looks at them waits for hours, or that the program breaks down: elements within elements
 * without end, a hundred thousand values, MJML that is deeper than the stack on which it is laid out, after which no other
 * MJML can be laid out either. `sealpost run`, which takes campaigns in while it sends, would stand still for all of them.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { checkTemplates, freezeCampaign, loadCampaign } from '../../src/campaign/index.ts'
import { flattenHtml, measureDepth } from '../../src/mime/index.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  await writeFile(join(folder, 'list.csv'), 'email,name\nada@a.test,Ada\n')
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

async function take(name: string, html: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
  for (const [file, content] of Object.entries({ [name]: html, ...more })) await writeFile(join(folder, file), content)
  await writeFile(join(folder, 'campaign.yaml'), `name: x\nlist: ./list.csv\nfrom: a@b.test\nsubject: s\nhtml: ./${name}\n`)
  try {
    const frozen = await freezeCampaign(await loadCampaign(join(folder, 'campaign.yaml')))
    await checkTemplates(frozen, ['email', 'name'])
    return 'taken'
  } catch (error) {
    const { code, where = '', what } = error as { code?: string; where?: string; what?: string }
    return `${code} ${where.replace(`${folder}/`, '')} ${what}`
  }
}

const megabyte = 1_000_000
const mjml = (inside: string): string =>
  `<mjml><mj-body><mj-section><mj-column><mj-text>${inside}</mj-text></mj-column></mj-section></mj-body></mjml>`
const fill = (piece: string): string => piece.repeat(Math.floor(megabyte / piece.length))

it.each([
  ['m.html', fill('<div>'), 'm.html:1 More than 1,000 elements stand within each other'],
  ['m.html', fill('<ul><li>'), 'm.html:1 More than 1,000 elements stand within each other'],
  ['m.html', `<style>div div{color:red}</style>${fill('<div>').slice(100)}`, 'm.html:1 More than 1,000 elements'],
  ['m.html', fill('{{ name }}\n'), 'm.html:5001 There are more than 5,000 {{ }} and {% %}'],
  ['m.html', fill('<a href="https://x.test/{{ name }}">x</a>'), 'm.html:1 There are more than 5,000 {{ }} and {% %}'],
  ['m.html', fill('{% raw %}x{% endraw %}'), 'm.html:1 There are more than 5,000 {{ }} and {% %}'],
  ['m.mjml', mjml(fill('<div>').slice(200)), 'm.mjml:1 More than 150 elements'],
  ['m.mjml', `<mjml><mj-body>${'<mj-wrapper>'.repeat(800)}`, 'm.mjml:1 More than 150 elements'],
  ['m.mjml', fill('<mj-text>'), 'm.mjml:1 More than 150 elements'],
  ['m.mjml', fill('<mj-text '), 'm.mjml:1 This is not valid MJML'],
])('%s that is %.20j and so on is refused', async (name, html, expected) => {
  expect(await take(name, html)).toContain(`SP_TEMPLATE_INVALID ${expected}`)
  // And the next one, that is as others are, is taken.
  expect(await take('fine.mjml', mjml('Hello {{ name }}'))).toBe('taken')
})

it('nor does a partial bring it in', async () => {
  expect(await take('m.html', '{% render "deep.html" %}', { 'deep.html': fill('<div>') })).toContain(
    'SP_TEMPLATE_INVALID deep.html:1 More than 1,000 elements',
  )
})

it('a newsletter that is long and not deep is taken', async () => {
  const row = '<tr><td><p>{{ name }}<br><img src="https://x.test/a.png"><li>one<li>two</td></tr>'
  expect(await take('m.html', `<table>${row.repeat(1_500)}</table>`)).toBe('taken')
  expect(await take('m.mjml', mjml('{{ name }}<br>'.repeat(300)))).toBe('taken')
})

it('a value of the list that is written as HTML is made a text of, however deep it is', () => {
  expect(measureDepth(fill('<ul><li>'))).toBe(megabyte / 8)
  expect(flattenHtml(`${fill('<ul><li>')}<b>Hello</b>`).trim()).toBe('Hello')
})
