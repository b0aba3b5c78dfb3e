import type { StsPolicy } from './policy.ts'

/** A policy as its host serves it (RFC 8461 3.2), which `parsePolicy` reads back to the same. */
export function printPolicy({ mode, mx, maxAge, extensions }: StsPolicy): string {
  return [
    'version: STSv1',
    `mode: ${mode}`,
    ...mx.map((pattern) => `mx: ${pattern}`),
    `max_age: ${maxAge}`,
    ...extensions.map(({ key, value }) => `${key}: ${value}`),
    '',
  ].join('\r\n')
}
