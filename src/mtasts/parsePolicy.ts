import { isAscii } from './host.ts'
import { foldPattern } from './match.ts'
import { nearestKey } from './nearest.ts'
import { type Extension, type PolicyError, type PolicyKey, type PolicyWarning, type StsPolicy, longestAge } from './policy.ts'

/** RFC 8461 3.3 lets a sender bound the size, and suggests 64 kilobytes. */
export const maxPolicyBytes = 64 * 1024

/** A policy needs a handful, or one wildcard; each costs a comparison at every host. */
const maxMx = 256

const shortAge = 86_400

export type ParsedPolicy =
  | { readonly kind: 'policy'; readonly policy: StsPolicy; readonly warnings: readonly PolicyWarning[] }
  | { readonly kind: 'malformed'; readonly errors: readonly PolicyError[]; readonly warnings: readonly PolicyWarning[] }

/**
 * Reads a policy by the grammar of RFC 8461 3.2: `key: value` lines ended by LF or CRLF, keys and words in exactly this
 * case. What the grammar does not have makes it no policy at all, but for slips that leave no doubt, which are warnings.
 *
 * @example
 * ```ts
 * parsePolicy('version: STSv1\nmode: enforce\nmx: *.example.com\nmax_age: 604800\n').kind === 'policy'
 * ```
 */
export function parsePolicy(input: string | Uint8Array): ParsedPolicy {
  const size = typeof input === 'string' ? Buffer.byteLength(input) : input.byteLength
  if (size > maxPolicyBytes) return malformed([{ kind: 'too-large', limit: maxPolicyBytes }])
  const text = typeof input === 'string' ? input : decode(input)
  if (text === undefined) return malformed([{ kind: 'not-utf8' }])
  if (text.trim() === '') return malformed([{ kind: 'empty' }])
  if (/^\s*<(?:!doctype|html|\?xml|!--)/i.test(text)) return malformed([{ kind: 'html' }])
  const read = readLines(text)
  const policy = judge(read)
  if (!policy) return malformed(read.errors, read.warnings)
  return { kind: 'policy', policy, warnings: read.warnings }
}

interface Read {
  readonly known: ReadonlyMap<PolicyKey, readonly string[]>
  readonly extensions: readonly Extension[]
  readonly errors: PolicyError[]
  readonly warnings: PolicyWarning[]
}

function readLines(text: string): Read {
  const known = new Map<PolicyKey, string[]>([
    ['version', []],
    ['mode', []],
    ['mx', []],
    ['max_age', []],
  ])
  const extensions: Extension[] = []
  const errors: PolicyError[] = []
  const warnings: PolicyWarning[] = []
  const lines = text.split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  for (const [index, line] of lines.entries()) {
    const [, before = '', key = '', gap = '', value = ''] =
      /^([ \t]*)([A-Za-z0-9][A-Za-z0-9_.-]{0,31})([ \t]*):[ \t]*(.*)$/s.exec(line) ?? []
    const blank = /^[ \t]*$/.test(line)
    if (blank || before !== '' || gap !== '') warnings.push({ kind: 'stray-space', line: index + 1 })
    if (blank) continue
    const bare = value.replace(/[ \t]+$/, '')
    const values = known.get(key as PolicyKey)
    if (values) values.push(bare)
    // sts-policy-ext-value: what can be seen, in any script, and single or more spaces within.
    else if (key !== '' && /^[^\u0000-\u0020\u007f](?:[^\u0000-\u001f\u007f]*[^\u0000-\u0020\u007f])?$/.test(bare)) {
      extensions.push({ key, value: bare })
      warnings.push({ kind: 'unknown-key', key, meant: nearestKey(key) })
    } else errors.push({ kind: 'bad-line', line: index + 1, text: line.slice(0, 100) })
    // A text of nothing but faults is not told line by line.
    if (errors.length >= 10) break
  }
  return { known, extensions, errors, warnings: warnings.slice(0, 50) }
}

/** Undefined where there are errors, which are then in `read.errors`. */
function judge({ known, extensions, errors, warnings }: Read): StsPolicy | undefined {
  const first = (key: PolicyKey): string | undefined => {
    const [value, ...more] = known.get(key) ?? []
    if (value === undefined) errors.push({ kind: 'missing', key })
    if (more.length > 0) warnings.push({ kind: 'duplicate-key', key })
    return value
  }
  const version = first('version')
  if (version !== undefined && version !== 'STSv1') errors.push({ kind: 'bad-version', value: version.slice(0, 100) })
  const mode = first('mode')
  if (mode !== undefined && !isMode(mode)) errors.push({ kind: 'bad-mode', value: mode.slice(0, 100) })
  const maxAge = readAge(first('max_age'), errors, warnings)
  const mx = readMx(known.get('mx') ?? [], errors, warnings)
  // RFC 8461 3.2: at least one, except when mode is "none".
  if (mode !== 'none' && (known.get('mx') ?? []).length === 0) errors.push({ kind: 'missing', key: 'mx' })
  if (mode === 'none' && mx.length > 0) warnings.push({ kind: 'mx-unused' })
  if (errors.length > 0 || mode === undefined || !isMode(mode) || maxAge === undefined) return undefined
  return { mode, maxAge, mx, extensions }
}

function readAge(value: string | undefined, errors: PolicyError[], warnings: PolicyWarning[]): number | undefined {
  if (value === undefined) return undefined
  if (!/^\d{1,10}$/.test(value)) {
    errors.push({ kind: 'bad-max-age', value: value.slice(0, 100) })
    return undefined
  }
  const seconds = Number(value)
  if (seconds > longestAge) warnings.push({ kind: 'max-age-long', value })
  else if (seconds === 0) warnings.push({ kind: 'max-age-zero' })
  else if (seconds < shortAge) warnings.push({ kind: 'max-age-short', seconds })
  return Math.min(seconds, longestAge)
}

function readMx(values: readonly string[], errors: PolicyError[], warnings: PolicyWarning[]): readonly string[] {
  if (values.length > maxMx) errors.push({ kind: 'too-many-mx', limit: maxMx })
  return values.slice(0, maxMx).flatMap((value) => {
    const pattern = foldPattern(value)
    if (pattern === undefined) {
      if (errors.length < 20) errors.push({ kind: 'bad-mx', value: value.slice(0, 100) })
      return []
    }
    if (value.endsWith('.')) warnings.push({ kind: 'mx-final-dot', value })
    // RFC 8461 3.2: A-labels are a MUST; what is meant is plain all the same.
    if (!isAscii(value)) warnings.push({ kind: 'mx-unicode', value })
    return [pattern]
  })
}

function isMode(text: string): text is StsPolicy['mode'] {
  return text === 'enforce' || text === 'testing' || text === 'none'
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    // A byte order mark is kept, and then is part of no key: RFC 8461 has none.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function malformed(errors: readonly PolicyError[], warnings: readonly PolicyWarning[] = []): ParsedPolicy {
  return { kind: 'malformed', errors, warnings }
}
