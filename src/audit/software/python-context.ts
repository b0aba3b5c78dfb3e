import type { Document, Entry } from '../format/index.ts'

/**
 * What an SSL context given to a Python library does about certificates: the entry with `verified` or `unverified` as
 * its value, or as it was where that cannot be told.
 */
export function readContext(document: Document, entry: Entry | undefined): Entry | undefined {
  if (!entry || entry.value.kind !== 'computed') return entry && isNone(entry) ? undefined : entry
  const source = document.text.slice(entry.start, entry.end)
  const name = /^(?:self\.)?[A-Za-z_]\w*$/.test(source) ? source.split('.') : undefined
  const kind = name ? readVariable(document, name, entry.start) : kindOf(source)
  return kind === undefined ? entry : { ...entry, value: { kind: 'literal', text: kind, type: 'string' } }
}

function isNone({ value }: Entry): boolean {
  return value.kind === 'literal' && value.type === 'null'
}

type Kind = 'verified' | 'unverified'

function kindOf(source: string): Kind | undefined {
  if (/^(?:ssl\.)?create_default_context\((?!.*CLIENT_AUTH)[^()]*(?:\(\))?[^()]*\)$/s.test(source)) return 'verified'
  if (/^(?:ssl\.)?SSLContext\((?:protocol\s*=\s*)?(?:ssl\.)?PROTOCOL_TLS_CLIENT\)$/.test(source)) return 'verified'
  // The other protocols look at no certificate until they are told to.
  return /^(?:ssl\.)?(?:_create_unverified_context|_create_stdlib_context|SSLContext)\([^()]*\)$/.test(source)
    ? 'unverified'
    : undefined
}

/** Where the variable was last set before its use, and what was changed about it since. */
function readVariable({ entries, text }: Document, name: readonly string[], before: number): Kind | undefined {
  const own = (suffix: readonly string[]) =>
    entries.filter(({ path, start }) => start < before && path.join('.') === [...name, ...suffix].join('.'))
  const made = own([]).at(-1)
  if (!made) return undefined
  const kind = kindOf(text.slice(made.start, made.end))
  const changes = (suffix: string) => own([suffix]).filter(({ start }) => start > made.start)
  const modes = changes('verify_mode').map(({ value }) => (value.kind === 'literal' ? value.text : undefined))
  const names = changes('check_hostname').map(({ value }) => (value.kind === 'literal' ? value.text : undefined))
  // A change in a condition, or one that cannot be read: nobody can tell.
  if (
    [...changes('verify_mode'), ...changes('check_hostname')].some(({ branch }) => branch) ||
    modes.includes(undefined) ||
    names.includes(undefined)
  )
    return undefined
  const mode = modes.at(-1)
  const checked = names.at(-1)
  if (checked === 'false' || mode?.endsWith('CERT_NONE')) return 'unverified'
  if (kind === 'verified') return 'verified'
  return mode?.endsWith('CERT_REQUIRED') && checked === 'true'
    ? 'verified'
    : mode === undefined && checked === undefined
      ? kind
      : undefined
}
