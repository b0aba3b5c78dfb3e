export type DmarcPolicy = 'none' | 'quarantine' | 'reject'

/** What one DMARC record asks for (RFC 7489 6.3). */
export type DmarcRecord =
  | {
      readonly kind: 'policy'
      readonly policy: DmarcPolicy
      /** For domains below the one that it stands at. */
      readonly subdomains: DmarcPolicy
      /** How near the domain of From has to be to that of SPF and DKIM. */
      readonly spf: Alignment
      readonly dkim: Alignment
      /** Of a hundred messages that fail, to how many the policy is applied. */
      readonly percent: number
      /** Where reports go to, as they stand there; at most ten. */
      readonly reports: readonly string[]
      /** Shown text of what was passed over; at most five. */
      readonly odd: readonly string[]
      /** p= is missing or unknown, and since reports are asked for it counts as none (RFC 7489 6.6.3). */
      readonly assumed: boolean
    }
  /** `text` is cut at 200 characters. */
  | { readonly kind: 'malformed'; readonly why: string; readonly text: string }

export type Alignment = 'relaxed' | 'strict'

/** Characters; a record with ten addresses takes 500. */
const longest = 4_096

/** Whether a TXT record is meant as DMARC: RFC 7489 6.6.3 step 2 passes over all that do not begin with the version. */
export function isDmarc(text: string): boolean {
  return /^v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/.test(text)
}

/**
 * Reads a DMARC record. Unknown tags, and known ones other than p= whose values make no sense, are passed over
 * (RFC 7489 6.3); a record without a usable p= counts only where it asks for reports (6.6.3).
 *
 * @example
 * ```ts
 * parseDmarc('v=DMARC1; p=none; rua=mailto:d@example.org').kind === 'policy'
 * ```
 */
export function parseDmarc(text: string): DmarcRecord {
  const malformed = (why: string): DmarcRecord => ({ kind: 'malformed', why, text: text.slice(0, 200) })
  if (text.length > longest) return malformed('it is too long')
  if (!isDmarc(text)) return malformed('it does not begin with v=DMARC1')
  const tags = new Map<string, string>()
  const odd: string[] = []
  for (const piece of text.split(';').slice(1)) {
    const [, name, value = ''] = /^\s*([A-Za-z][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/s.exec(piece) ?? []
    if (name === undefined) {
      if (piece.trim() !== '') odd.push(piece.trim().slice(0, 50))
    } else if (tags.has(name.toLowerCase())) odd.push(`${name.slice(0, 40)}= twice`)
    else tags.set(name.toLowerCase(), value)
  }
  const reports = (tags.get('rua') ?? '')
    .split(',')
    .map((uri) => uri.trim())
    .filter((uri) => /^[a-z][a-z0-9+.-]*:/i.test(uri))
  const policy = readPolicy(tags.get('p'))
  if (!policy && reports.length === 0)
    return malformed(tags.has('p') ? 'p= is none of none, quarantine and reject' : 'it has no p=')
  const subdomains = tags.has('sp') ? readPolicy(tags.get('sp')) : undefined
  if (tags.has('sp') && !subdomains) odd.push('sp=')
  const percent = /^\d{1,3}$/.test(tags.get('pct') ?? '') ? Number(tags.get('pct')) : 100
  if (tags.has('pct') && (String(percent) !== tags.get('pct') || percent > 100)) odd.push('pct=')
  for (const name of ['adkim', 'aspf']) if (tags.has(name) && !/^[rs]$/i.test(tags.get(name) ?? '')) odd.push(`${name}=`)
  return {
    kind: 'policy',
    policy: policy ?? 'none',
    subdomains: subdomains ?? policy ?? 'none',
    spf: readAlignment(tags.get('aspf')),
    dkim: readAlignment(tags.get('adkim')),
    percent: Math.min(percent, 100),
    reports: reports.slice(0, 10),
    odd: odd.slice(0, 5),
    assumed: !policy,
  }
}

function readPolicy(value: string | undefined): DmarcPolicy | undefined {
  const folded = value?.toLowerCase()
  return folded === 'none' || folded === 'quarantine' || folded === 'reject' ? folded : undefined
}

function readAlignment(value: string | undefined): Alignment {
  return value?.toLowerCase() === 's' ? 'strict' : 'relaxed'
}
