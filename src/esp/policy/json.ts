/** Reads an answer's JSON strictly: what is not there, or of another type than documented, is undefined. */

export function parseJson(body: Uint8Array): unknown {
  try {
    // RFC 8259 8.1: JSON between systems is UTF-8.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return undefined
  }
}

export function field(data: unknown, name: string): unknown {
  if (typeof data !== 'object' || data === null || Array.isArray(data) || !Object.hasOwn(data, name)) return undefined
  return (data as Record<string, unknown>)[name]
}

export function booleanField(data: unknown, name: string): boolean | undefined {
  const value = field(data, name)
  return typeof value === 'boolean' ? value : undefined
}

/** A text of at least one character and at most `limit`. */
export function textField(data: unknown, name: string, limit = 256): string | undefined {
  const value = field(data, name)
  return typeof value === 'string' && value.length > 0 && value.length <= limit ? value : undefined
}

export function listField(data: unknown, name: string): readonly unknown[] | undefined {
  const value = field(data, name)
  return Array.isArray(value) ? value : undefined
}

/** Each entry read by `read`; undefined where it cannot read one of them. */
export function readAll<T>(entries: readonly unknown[], read: (entry: unknown) => T | undefined): readonly T[] | undefined {
  const found: T[] = []
  for (const entry of entries) {
    const value = read(entry)
    if (value === undefined) return undefined
    found.push(value)
  }
  return found
}
