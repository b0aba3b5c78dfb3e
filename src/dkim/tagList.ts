/** Tags by name. */
export type TagList =
  | { readonly kind: 'tags'; readonly tags: ReadonlyMap<string, string>; readonly first: string | undefined }
  /** What stands between two semicolons and is no tag; cut at 100 characters. */
  | { readonly kind: 'bad-tag'; readonly text: string }
  /** RFC 6376 3.2: a name that is there twice makes the whole invalid. */
  | { readonly kind: 'twice'; readonly name: string }

// RFC 6376 3.2: a value is of visible characters but ";", and may hold spaces between them.
const tag = /^([A-Za-z]\w*)[ \t\r\n]*=[ \t\r\n]*((?:[\x21-\x3a\x3c-\x7e](?:[\x21-\x3a\x3c-\x7e \t\r\n]*[\x21-\x3a\x3c-\x7e])?)?)$/

/** Takes `name=value; …` apart (RFC 6376 3.2). One semicolon may stand at the end. */
export function parseTagList(text: string): TagList {
  const pieces = text.split(';').map((piece) => piece.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ''))
  if (pieces.at(-1) === '') pieces.pop()
  const tags = new Map<string, string>()
  for (const piece of pieces) {
    const [, name, value = ''] = tag.exec(piece) ?? []
    if (name === undefined) return { kind: 'bad-tag', text: piece.slice(0, 100) }
    if (tags.has(name)) return { kind: 'twice', name: name.slice(0, 100) }
    tags.set(name, value)
  }
  const [first] = tags.keys()
  return { kind: 'tags', tags, first }
}
