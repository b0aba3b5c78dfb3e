/** One `name=value` of a record. */
export interface PolicyField {
  readonly name: string
  readonly value: string
}

/** A record that was meant to count and does not, and why. */
export interface Misfit {
  /** Cut at 200 characters. */
  readonly text: string
  readonly why: 'quoted' | 'space-before' | 'spaces' | 'case' | 'other-version'
}

/** What the TXT records of a name state, when read as `v=VERSION; name=value; …`. */
export type PolicyRecord =
  /** No record begins with the version; `misfits` are those that nearly do. */
  | { readonly kind: 'none'; readonly misfits: readonly Misfit[] }
  /** More than one does, which counts as none (RFC 8461 3.1, RFC 8460 3). */
  | { readonly kind: 'several'; readonly count: number }
  | {
      readonly kind: 'fields'
      readonly text: string
      readonly fields: readonly PolicyField[]
      /** What stands between two semicolons and is no field. */
      readonly bad: readonly string[]
    }

/** A TXT record may be 64 KiB long; nobody shows more of it than this. */
const shown = 200

/**
 * Picks the one record that begins with a version and takes it apart. MTA-STS (RFC 8461 3.1) and TLS reporting
 * (RFC 8460 3) have one grammar for their records; names in `own` have values of another form, which is for the caller
 * to judge.
 *
 * @param texts records as `Resolver` gives them, the strings of each joined without a space
 * @param version `STSv1`
 */
export function readPolicyRecord(texts: readonly string[], version: string, own: readonly string[]): PolicyRecord {
  // The version is spelt exactly so. RFC 8461 errata 6285: the grammar lets spaces stand before the semicolon.
  const begins = new RegExp(`^v=${version}[ \\t]*(?:;|$)`)
  const found = texts.filter((text) => begins.test(text))
  const [text] = found
  if (text === undefined) return { kind: 'none', misfits: texts.flatMap((one) => findMisfit(one, version)).slice(0, 5) }
  if (found.length > 1) return { kind: 'several', count: found.length }
  const pieces = text.split(';').slice(1)
  // One semicolon may stand at the end.
  if (/^[ \t]*$/.test(pieces.at(-1) ?? 'x')) pieces.pop()
  const fields: PolicyField[] = []
  const bad: string[] = []
  for (const piece of pieces) {
    const field = readField(piece.replace(/^[ \t]+|[ \t]+$/g, ''), own)
    if (field) fields.push(field)
    else bad.push(piece.slice(0, shown))
  }
  return { kind: 'fields', text, fields, bad }
}

function readField(text: string, own: readonly string[]): PolicyField | undefined {
  const [, name = '', value = ''] = /^([A-Za-z0-9][A-Za-z0-9_.-]{0,31})=(.*)$/s.exec(text) ?? []
  if (name === '') return undefined
  // sts-ext-value and tlsrpt-ext-value: visible ASCII but for "=" and ";".
  return own.includes(name) || /^[\x21-\x3a\x3c\x3e-\x7e]+$/.test(value) ? { name, value } : undefined
}

function findMisfit(text: string, version: string): readonly Misfit[] {
  const family = version.replace(/\d+$/, '')
  if (!new RegExp(`^[\\s"'\\\\]*v\\s*=\\s*"?${family}\\d`, 'i').test(text.slice(0, shown))) return []
  return [{ text: text.slice(0, shown), why: whyMisfit(text, family) }]
}

function whyMisfit(text: string, family: string): Misfit['why'] {
  if (/^\s*[\\"']/.test(text)) return 'quoted'
  if (/^\s/.test(text)) return 'space-before'
  if (text.startsWith(`v=${family}`)) return 'other-version'
  return text.toLowerCase().startsWith(`v=${family.toLowerCase()}`) ? 'case' : 'spaces'
}
