/**
 * Text in lines of `width` characters: `head`, then the words, further lines set in by `indent` spaces. A word that is
 * too long stays whole, so that it can be copied and searched for.
 */
export function wrap(head: string, text: string, indent: number, width: number): string[] {
  const lines: string[] = []
  let line = head
  let empty = true
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line)
      line = ' '.repeat(indent)
      empty = true
    }
    line += empty ? word : ` ${word}`
    empty = false
  }
  return [...lines, line]
}
