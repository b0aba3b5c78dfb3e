import { z } from 'zod'

/** Texts of a provider, bounded: what is longer is cut where it is for people, and refused where it is a name. */
export const name = z.string().min(1).max(250)
export const words = z.string().transform((text) => text.slice(0, 1_000))

/** Seconds since the epoch, as a number or in digits; as milliseconds. */
export const seconds = z.union([z.number(), z.string().regex(/^\d{9,11}(?:\.\d{1,9})?$/)]).transform((value, context) => {
  const milliseconds = Math.round(Number(value) * 1000)
  if (milliseconds > 0 && milliseconds < 4_102_444_800_000) return milliseconds
  context.addIssue({ code: 'custom', message: 'not a time' })
  return z.NEVER
})

/** JSON of any depth; undefined where it is none. What is not asked for of it is never walked. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return undefined
  }
}

/** The reply code that a text begins with (RFC 5321 4.2). */
export function findCode(text: string | null | undefined): number | null {
  const code = /^([2-5]\d\d)(?:[ -]|$)/.exec(text ?? '')?.[1]
  return code === undefined ? null : Number(code)
}

/** The enhanced status code near the beginning of a text (RFC 3463 2). */
export function findEnhanced(text: string | null | undefined): string | null {
  return /^(?:\d{3}[ -])?([245]\.\d{1,3}\.\d{1,3})\b/.exec(text ?? '')?.[1] ?? null
}

/** A code as a number of SMTP; null for what providers invented. */
export function smtpCode(code: number | null | undefined): number | null {
  return code !== null && code !== undefined && Number.isInteger(code) && code >= 200 && code <= 599 ? code : null
}
