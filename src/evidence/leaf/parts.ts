import { z } from 'zod'

/** What the form of a leaf is called; it changes when any leaf of the old form would be read otherwise. */
export const leafFormat = 'sealpost-evidence/1'

export const format = z.literal(leafFormat)

/** ISO 8601, milliseconds, UTC, as `Date.toISOString` writes it. */
export const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

/** Letters of what stands in a leaf. Together they keep each leaf below 65,535 octets, even where all of it is escaped. */
export const most = {
  word: 64,
  name: 255,
  sentence: 500,
  ehloLines: 32,
  ehloLine: 160,
  tlsaRecords: 32,
  tlsaRecord: 300,
  chain: 16,
  details: 16,
  detail: 2_000,
} as const

export const word = z.string().max(most.word)
export const name = z.string().max(most.name)
export const sentence = z.string().max(most.sentence)
export const hash = z.string().regex(/^[0-9a-f]{64}$/)

/** 16 random octets as base64url: four spare bits are zero (RFC 4648 3.5). */
export const sessionId = z.string().regex(/^[\w-]{21}[AQgw]$/)

/** HMAC-SHA-256 as base64url: two spare bits are zero (RFC 4648 3.5). */
export const commitment = z
  .string()
  .regex(/^[\w-]{42}[AEIMQUYcgkosw048]$/)
  .meta({ id: 'Commitment', description: 'HMAC-SHA-256 as base64url: opened with a key that is kept outside the log.' })

/** A text from elsewhere, no longer than it may stand in a leaf, and one that UTF-8 can say. */
export function clip(text: string, letters: number): string {
  const short = text.length > letters ? text.slice(0, letters) : text
  return short.isWellFormed() ? short : short.toWellFormed()
}

export function clipOrNull(text: string | null, letters: number): string | null {
  return text === null ? null : clip(text, letters)
}
