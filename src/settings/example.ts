import { type ReferenceEntry, settingsReference } from './reference.ts'

const opening = `# Sealpost settings. A line that begins with # is a comment: what is commented out below is the default.
# To change a setting, take the "# " away from its line and leave the rest of the line where it is.
`

/** A sealpost.yaml that names every setting and changes none. */
export function settingsExample(): string {
  const lines: string[] = []
  let open: readonly string[] = []
  for (const entry of settingsReference()) {
    const path = entry.path.split('.')
    const groups = path.slice(0, -1)
    const shared = groups.findIndex((name, depth) => name !== open[depth])
    for (let depth = shared < 0 ? groups.length : shared; depth < groups.length; depth++) {
      lines.push('', `${'  '.repeat(depth)}${groups[depth]}:`)
    }
    open = groups
    if (groups.length === 0) lines.push('')
    lines.push(...printEntry(entry, path))
  }
  return `${opening}${lines.join('\n')}\n`
}

function printEntry(entry: ReferenceEntry, path: readonly string[]): string[] {
  const indent = '  '.repeat(path.length - 1)
  const value = entry.default === 'none' ? (entry.example ?? '') : entry.default
  const about = wrapWords(`${entry.about} (${entry.type})`, 100).map((line) => `${indent}# ${line}`)
  return [...about, `${indent}# ${path.at(-1)}: ${value}`]
}

function wrapWords(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
