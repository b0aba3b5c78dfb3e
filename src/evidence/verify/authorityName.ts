import { type Der, readChildren, readOid, tags } from './der.ts'

/** RFC 4519 2, as far as authorities use them. */
const attributes: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** UTF8String, PrintableString, TeletexString, IA5String; the last three as if they were Latin-1. */
const texts: ReadonlySet<number> = new Set([0x0c, 0x13, 0x14, 0x16])

/** A name in one line, the most particular part first: `CN=…, O=…`. Other parts than the usual ones are left out. */
export function printName(name: Der): string {
  const parts = (readChildren(name, tags.sequence) ?? []).flatMap((set) =>
    (readChildren(set, tags.set) ?? []).flatMap((pair) => {
      const [type, value] = readChildren(pair, tags.sequence) ?? []
      const attribute = attributes[readOid(type) ?? '']
      const text = value && readText(value)
      return attribute === undefined || text === undefined ? [] : [`${attribute}=${text}`]
    }),
  )
  return parts.toReversed().join(', ')
}

function readText({ tag, content }: Der): string | undefined {
  if (!texts.has(tag) || content.length > 1_000) return undefined
  if (tag !== 0x0c) return String.fromCharCode(...content)
  try {
    return utf8.decode(content)
  } catch {
    return undefined
  }
}
