/** RFC 4648 4 or 5 (without padding), and only in the one form that encoding gives (3.5): undefined for anything else. */
export function decodeBase64(text: string, alphabet: 'base64' | 'base64url' = 'base64'): Buffer | undefined {
  const octets = Buffer.from(text, alphabet)
  return octets.toString(alphabet) === text ? octets : undefined
}

/** A decimal number without leading zeros, up to 2^53 - 1; undefined for anything else. */
export function parseDecimal(text: string): number | undefined {
  const value = /^(?:0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(value) ? value : undefined
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether an object has these members, and no other: nothing may stand in a receipt that is not checked. */
export function hasMembers(value: Record<string, unknown>, names: readonly string[]): boolean {
  return Object.keys(value).length === names.length && names.every((name) => Object.hasOwn(value, name))
}

export function isNullOr<T>(value: unknown, is: (value: unknown) => value is T): value is T | null {
  return value === null || is(value)
}

export function isString(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed()
}

export function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => isString(item))
}
