import type { Reply } from '../../smtp/index.ts'

/** Characters of a reply that are read: a reply may have 200 lines of 4,096 octets, and says what it has to say sooner. */
const most = 2_000

/** What stands at the start of each line of a reply with enhanced codes (RFC 2034 4). */
const leading = /^[245]\.\d{1,3}\.\d{1,3}(?: |$)/

/** The code as qmail and those after it write it, at the end: `sorry, no mailbox here by that name (#5.1.1)`. */
const trailing = /#([45]\.\d{1,3}\.\d{1,3})(?!\d)/

/**
 * The words of a reply for the table: in lower case, one space between words, bounded. Addresses are left out, for whoever
 * has the address spam@list.example must not have every refusal taken for spam.
 */
export function readWords(reply: Reply): string {
  const words: string[] = []
  let left = most
  // The last line of some is the one that counts (postmaster.gmx.com/en/error-messages): room is kept for it.
  const lines = reply.lines.length > 20 ? [...reply.lines.slice(0, 19), reply.lines.at(-1) ?? ''] : reply.lines
  for (const line of lines) {
    const some = line.slice(0, left).toLowerCase().replace(leading, '')
    left -= some.length
    for (const word of some.split(/\s/)) if (word !== '' && !word.includes('@')) words.push(word)
    if (left <= 0) break
  }
  return words.join(' ')
}

/** The enhanced code, wherever the server put it; its class agrees with the reply's. */
export function readEnhanced(reply: Reply, text: string): string | undefined {
  if (reply.enhanced !== undefined) return reply.enhanced
  const found = trailing.exec(text)?.[1]
  return found?.startsWith(String(Math.floor(reply.code / 100))) ? found : undefined
}
