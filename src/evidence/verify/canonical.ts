/** JSON as its values alone determine it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/**
 * The canonical form of RFC 8785: keys sorted by UTF-16 code units, no white space, numbers and strings as ECMAScript
 * prints them. Equal values give equal bytes, so hashes and signatures can be made over them.
 */
export function canonicalize(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalize(item)).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalize(item)}`).join(',')}}`
  }
  // RFC 8785 3.2.2.3: what JSON cannot say must not be signed.
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError('a number that JSON cannot express')
  return JSON.stringify(value)
}
