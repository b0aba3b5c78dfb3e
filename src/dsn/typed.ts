/** A value with its type before it, as `rfc822; ada@example.org` or `smtp; 550 5.1.1 no such user` (RFC 3464 2.1.2). */
export interface Typed {
  /** Lower case. */
  readonly type: string
  readonly value: string
}

export function parseTyped(text: string | undefined): Typed | undefined {
  const semicolon = text?.indexOf(';') ?? -1
  if (text === undefined || semicolon < 0) return undefined
  const type = text.slice(0, semicolon).trim().toLowerCase()
  return /^[a-z0-9-]{1,40}$/.test(type) ? { type, value: text.slice(semicolon + 1).trim() } : undefined
}

/**
 * The mailbox in a recipient field: of type rfc822, or of type utf-8 with its `\x{N}` undone (RFC 6533 3). Angle brackets
 * do not belong there and come all the same. Undefined for other types.
 */
export function readMailbox(text: string | undefined): string | undefined {
  const typed = parseTyped(text)
  if (typed === undefined || !['rfc822', 'utf-8'].includes(typed.type)) return undefined
  const bare = /^<(.*)>$/s.exec(typed.value)?.[1] ?? typed.value
  const value = typed.type === 'utf-8' ? bare.replace(/\\x\{([0-9A-Fa-f]{2,6})\}/g, unescape) : bare
  return value === '' ? undefined : value.slice(0, 500)
}

function unescape(whole: string, hex: string): string {
  const point = Number.parseInt(hex, 16)
  // Surrogates are no characters (RFC 3629 3).
  return point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff) ? whole : String.fromCodePoint(point)
}
