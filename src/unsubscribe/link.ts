import type { Keys } from '../keys.ts'
import { type Leaving, printUnsubscribeToken } from './token.ts'

/** In the data folder's `keys/`. */
export const unsubscribeKeys = 'unsubscribe'

/** How one recipient leaves: a link, and the headers that say so to mail programs. */
export interface UnsubscribeLink {
  readonly url: string
  readonly headers: Readonly<Record<'List-Unsubscribe' | 'List-Unsubscribe-Post', string>>
}

/**
 * The way out for one message.
 *
 * @param baseUrl `https://news.example.org`, without a path
 * @param mailto an address that needs no encoding, where answers by mail are read
 */
export function createUnsubscribeLink(
  leaving: Leaving,
  { baseUrl, mailto, keys }: { readonly baseUrl: string; readonly mailto: string | undefined; readonly keys: Keys },
): UnsubscribeLink {
  const token = printUnsubscribeToken(leaving, keys)
  const url = urlOf(baseUrl, token)
  // The token stands in the subject: not every mailbox takes a + in its name. RFC 6068 2: a space is %20.
  const mail = mailto === undefined ? '' : `, <mailto:${mailto}?subject=unsubscribe%20${token}>`
  return {
    url,
    headers: {
      // RFC 8058 3.1: one https URI, others may stand beside it. RFC 2369 2: the first is tried first.
      'List-Unsubscribe': `<${url}>${mail}`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    },
  }
}

export function urlOf(baseUrl: string, token: string): string {
  return new URL(`/u/${token}`, baseUrl).href
}
