import { foldHost } from './host.ts'
import type { StsPolicy } from './policy.ts'

/**
 * Whether a policy lets mail go to a host (RFC 8461 4.1): one of its patterns is that name, or has `*` in place of the
 * name's left-most label and of no more than that.
 *
 * @example
 * ```ts
 * matchMx({ mx: ['*.example.com'] }, 'MX1.example.com.') === true
 * matchMx({ mx: ['*.example.com'] }, 'a.b.example.com') === false
 * matchMx({ mx: ['*.example.com'] }, 'example.com') === false
 * ```
 */
export function matchMx({ mx }: Pick<StsPolicy, 'mx'>, host: string): boolean {
  const name = foldHost(host)
  if (name === undefined) return false
  const dot = name.indexOf('.')
  const wild = dot > 0 ? `*${name.slice(dot)}` : undefined
  return mx.some((text) => {
    const pattern = foldPattern(text)
    return pattern !== undefined && (pattern === name || pattern === wild)
  })
}

/** A pattern as it is compared; undefined where it is none: `.example.com`, `mx*.example.com`, `192.0.2.1`. */
export function foldPattern(text: string): string | undefined {
  if (!text.startsWith('*.')) return foldHost(text)
  const rest = foldHost(text.slice(2))
  return rest === undefined ? undefined : `*.${rest}`
}
