import { decodeBody } from './encoding.ts'
import { type Field, parseHead } from './header.ts'
import type { Part } from './part.ts'

// RFC 6522 3, and RFC 6533 4 for what is not ASCII.
const types = ['message/rfc822', 'text/rfc822-headers', 'message/global', 'message/global-headers']

/** The header of the message that a multipart/report gives back; empty where it gives none, or one beyond all bounds. */
export function readReturned(root: Part): readonly Field[] {
  const part = root.parts.findLast(({ type }) => types.includes(type))
  const head = part && parseHead(decodeBody(part) ?? Buffer.alloc(0))
  return head?.kind === 'head' ? head.fields : []
}
