/** A newsletter of 10 kB, text and HTML, and those who get it. */

/** Columns of the list beside the address. */
export const names = ['name', 'city', 'order', 'points', 'shop', 'until'] as const

export type Column = (typeof names)[number]

const paragraph =
  'This month we have put together what our readers asked for most often, and there is more to come before the winter.'

export function writeTextPart(of: (name: Column) => string): string {
  const places = names.map((name) => `${paragraph}\n${name}: ${of(name)}\n`).join('\n')
  return `Dear ${of('name')},\n\n${places}\n${`${paragraph}\n`.repeat(16)}`
}

export function writeHtmlPart(of: (name: Column) => string): string {
  const cell = (text: string): string =>
    `<tr><td style="padding: 8px 24px; font-family: Arial, sans-serif; font-size: 15px"><p>${text}</p></td></tr>\n`
  const places = names.map((name) => cell(`${paragraph} <b>${of(name)}</b>`)).join('')
  return `<!doctype html>\n<html><body><table>\n${places}${cell(paragraph).repeat(23)}</table></body></html>\n`
}

export const liquid = (name: string): string => `{{ ${name} }}`

export function row(index: number): Readonly<Record<Column, string>> {
  return {
    name: index % 10 === 0 ? `Jörg Müller ${index}` : `Reader ${index}`,
    city: `Town ${index % 977}`,
    order: `No ${index * 7}`,
    points: String(index % 5_000),
    shop: `Shop & Sons ${index % 13}`,
    until: '30 November',
  }
}

/** Who signs: the key of this domain, under this selector. */
export const signing = { domain: 'sender.test', selector: 's2026a' } as const
export const newsletterFrom = `Example Shop <news@${signing.domain}>`
export const newsletterSubject = `News for ${liquid('name')}`
