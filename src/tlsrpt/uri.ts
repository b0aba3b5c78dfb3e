/** Where reports go (RFC 8460 3): by mail, or by POST. */
export type ReportUri =
  | { readonly kind: 'mailto'; readonly uri: string; readonly address: string }
  | { readonly kind: 'https'; readonly uri: string }

export interface BadUri {
  readonly kind: 'bad-rua'
  /** Cut at 100 characters. */
  readonly uri: string
  readonly why:
    | 'empty'
    | 'too-long'
    /** `tls@example.com` without `mailto:`. */
    | 'no-scheme'
    /** Neither `mailto:` nor `https:`. */
    | 'scheme'
    /** `!` stands for itself; it has to be `%21` (as `,` has to be `%2C` and `;` `%3B`). */
    | 'unencoded'
    | 'not-a-uri'
    | 'mailbox'
    /** A user name or password, which everybody can read in DNS. */
    | 'credentials'
}

/** RFC 9110 4.1 asks for 8,000 octets at least to be borne; a report's address needs none of that. */
const maxLength = 2_000

/** Characters of RFC 3986 2, each percent sign with its two digits. */
const uriCharacters = /^(?:[A-Za-z0-9\-._~:/?#[\]@$&'()*+=]|%[0-9A-Fa-f]{2})+$/

/** Reads one address of `rua`; commas have already parted it from others. */
export function readReportUri(uri: string): ReportUri | BadUri {
  const bad = (why: BadUri['why']): BadUri => ({ kind: 'bad-rua', uri: uri.slice(0, 100), why })
  if (uri === '') return bad('empty')
  if (uri.length > maxLength) return bad('too-long')
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(uri)?.[1]?.toLowerCase()
  if (scheme === undefined) return bad('no-scheme')
  if (scheme !== 'mailto' && scheme !== 'https') return bad('scheme')
  // RFC 8460 3: commas, exclamation points and semicolons MUST be encoded.
  if (uri.includes('!')) return bad('unencoded')
  if (!uriCharacters.test(uri)) return bad('not-a-uri')
  if (scheme === 'mailto') {
    const address = readMailbox(uri.slice('mailto:'.length))
    return address === undefined ? bad('mailbox') : { kind: 'mailto', uri, address }
  }
  const url = URL.canParse(uri) && /^https:\/\/[^/?#]/i.test(uri) ? new URL(uri) : undefined
  if (!url) return bad('not-a-uri')
  return url.username === '' && url.password === '' ? { kind: 'https', uri } : bad('credentials')
}

/** The one address of a mailto URI (RFC 6068 2); header fields behind `?` are not taken from strangers. */
function readMailbox(text: string): string | undefined {
  let address: string
  try {
    address = decodeURIComponent(text.split('?')[0] ?? '')
  } catch {
    return undefined
  }
  // RFC 5321 4.1.2 without quoted strings and address literals; the decoded text may hold anything, line ends too.
  const [, local = '', domain = ''] = /^([A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+)@([A-Za-z0-9._-]+)$/.exec(address) ?? []
  if (local === '' || local.length > 64 || address.length > 254 || /^\.|\.\.|\.$/.test(local)) return undefined
  return domain.split('.').every((label) => /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/.test(label))
    ? address
    : undefined
}
