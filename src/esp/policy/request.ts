/** A call of a provider's API before it is signed: plain data. */
export interface ApiRequest {
  readonly method: 'GET' | 'PUT' | 'PATCH'
  /** Percent-encoded, without the query. */
  readonly path: string
  readonly query?: readonly (readonly [name: string, value: string])[]
  readonly body?: { readonly type: string; readonly text: string }
}

/** Percent-encoding of everything but RFC 3986 2.3's unreserved characters, which is also what Signature Version 4 asks. */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** Path and query as they go on the request line. */
export function printTarget({ path, query = [] }: ApiRequest): string {
  const pairs = query.map(([name, value]) => `${encode(name)}=${encode(value)}`)
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`
}

export function jsonBody(data: object): { readonly type: string; readonly text: string } {
  return { type: 'application/json', text: JSON.stringify(data) }
}
