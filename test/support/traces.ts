import { readFile, readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'

/** Where a word was found, and how it was written there. */
export interface Trace {
  readonly file: string
  readonly word: string
  readonly form: string
}

/** Looks for words in every octet of every file under a folder, in whatever form a program may have written them. */
export async function searchFolder(folder: string, words: readonly string[]): Promise<readonly Trace[]> {
  const forms = words.flatMap((word) => [...formsOf(word)].map(([form, octets]) => ({ word, form, octets })))
  const found: Trace[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const content = await readFile(path)
    // In small letters: an octet a character, and nothing but A to Z changed.
    const folded = Buffer.from(
      content.toString('latin1').replace(/[A-Z]+/g, (some) => some.toLowerCase()),
      'latin1',
    )
    for (const { word, form, octets } of forms)
      if ((form.startsWith('base64') ? content : folded).includes(octets))
        found.push({ file: relative(folder, path), word, form })
  }
  return found
}

function* formsOf(word: string): Generator<readonly [string, Buffer]> {
  for (const [name, text] of [
    ['', word.toLowerCase()],
    ['NFD ', word.toLowerCase().normalize('NFD')],
  ] as const) {
    const octets = Buffer.from(text)
    yield [`${name}UTF-8`, octets]
    yield [`${name}UTF-16LE`, Buffer.from(text, 'utf16le')]
    yield [`${name}UTF-16BE`, Buffer.from(text, 'utf16le').swap16()]
    yield [`${name}Windows-1252`, Buffer.from(text, 'latin1')]
    yield [`${name}hex`, Buffer.from(octets.toString('hex'))]
    yield [`${name}percent`, Buffer.from(encodeURIComponent(text).toLowerCase())]
    yield [`${name}form`, Buffer.from(new URLSearchParams({ a: text }).toString().slice(2).toLowerCase())]
    yield [`${name}JSON`, Buffer.from(JSON.stringify(text).slice(1, -1).toLowerCase())]
    yield [`${name}JSON in ASCII`, Buffer.from(escapeAll(text))]
    yield [`${name}quoted-printable`, Buffer.from(text.replaceAll('@', '=40').replaceAll(' ', '_'))]
  }
  for (const text of [word, word.toLowerCase()]) {
    for (const encoding of ['base64', 'base64url'] as const)
      for (let at = 0; at < 3; at++) yield [`${encoding} at ${at}`, inBase64(Buffer.from(text), encoding, at)]
  }
}

function escapeAll(text: string): string {
  return text.replace(/[^\u0000-\u007f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The letters that depend on nothing but the word, where it begins so many octets after a multiple of three. */
function inBase64(octets: Buffer, encoding: 'base64' | 'base64url', at: number): Buffer {
  const text = Buffer.concat([Buffer.alloc(at), octets])
    .toString(encoding)
    .replaceAll('=', '')
  const whole = Math.floor(((at + octets.length) * 8) / 6)
  return Buffer.from(text.slice(at === 0 ? 0 : at + 1, whole))
}
