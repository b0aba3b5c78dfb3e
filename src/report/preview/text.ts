import { visible } from '../../escape.ts'
import { wrap } from '../wrap.ts'
import { type MessagePreview, noteMessage } from './message.ts'

/** A message for a terminal of `width` characters: its headers, its text, and what is worth knowing about it. */
export function printPreview(preview: MessagePreview, width = 100): string {
  const lines = preview.headers.flatMap(({ name, value }) => wrap(`${name}: `, visible(value, 2_000), 4, width))
  const text = preview.text ?? '(no plain text)'
  const shown = text.split(/\r\n|\r|\n/).map((line) => visible(line, 5_000).replaceAll('\\\\', '\\'))
  const preheader = preview.preheader === undefined ? [] : [`Preheader: ${visible(preview.preheader, 500)}`]
  return `${[...lines, '', ...shown, '', '-- ', `For line ${preview.line} of ${visible(preview.list)}.`, ...preheader, ...noteMessage(preview).map((note) => visible(note))].join('\n')}\n`
}
