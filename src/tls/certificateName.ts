import { type Der, readChildren } from './der.ts'

/** The attribute commonName (X.520). */
const commonNameId = Buffer.from([0x55, 0x04, 0x03])

/**
 * A name in a form in which equal names are equal: RFC 5280 7.1 has letter case, spaces at the ends and runs of spaces
 * ignored, whatever the type of string. As OpenSSL does, which folds no letters but those of ASCII.
 */
export function foldName(name: Der): string {
  const parts = listAttributes(name)
  if (!parts) return name.raw.toString('hex')
  return parts
    .map((set) => set.map(({ id, value }) => `${id.toString('hex')}=${JSON.stringify(foldText(value))}`).join('+'))
    .join(',')
}

/** The last commonName, cut at 255 characters; undefined where there is none. */
export function readCommonName(name: Der): string | undefined {
  const attribute = listAttributes(name)
    ?.flat()
    .findLast(({ id }) => id.equals(commonNameId))
  return attribute && decodeText(attribute.value)?.slice(0, 255)
}

interface Attribute {
  readonly id: Buffer
  readonly value: Der
}

function listAttributes(name: Der): readonly (readonly Attribute[])[] | undefined {
  const parts: Attribute[][] = []
  for (const set of readChildren(name) ?? []) {
    const attributes: Attribute[] = []
    for (const attribute of readChildren(set) ?? []) {
      const [id, value] = readChildren(attribute) ?? []
      if (!id || !value) return undefined
      attributes.push({ id: id.content, value })
    }
    parts.push(attributes)
  }
  return parts
}

function foldText(value: Der): string {
  const text = decodeText(value)
  if (text === undefined) return value.raw.toString('hex')
  return text
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

function decodeText({ tag, content }: Der): string | undefined {
  switch (tag) {
    case 0x0c: // UTF8String
      return content.toString('utf8')
    case 0x13: // PrintableString
    case 0x14: // T61String, in practice Latin-1
    case 0x16: // IA5String
      return content.toString('latin1')
    case 0x1e: // BMPString, UTF-16 with the high octet first
      return content.length % 2 === 0 ? Buffer.from(content).swap16().toString('utf16le') : undefined
    default:
      return undefined
  }
}
