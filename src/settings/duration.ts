import { z } from 'zod'

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

const pattern = /^(\d{1,9})(ms|s|m|h|d)$/

/**
 * Milliseconds of a duration as it stands in a settings file; undefined where it is none.
 *
 * @example
 * ```ts
 * parseDuration('90s') === 90_000
 * ```
 */
export function parseDuration(text: string): number | undefined {
  const [, count, unit] = pattern.exec(text) ?? []
  return count === undefined ? undefined : Number(count) * units[unit as keyof typeof units]
}

/**
 * A duration in the largest unit that gives a whole number.
 *
 * @example
 * ```ts
 * printDuration(90_000) === '90s'
 * ```
 */
export function printDuration(ms: number): string {
  const fits = (Object.keys(units) as (keyof typeof units)[]).filter((unit) => ms % units[unit] === 0)
  const unit = ms === 0 ? 's' : (fits.at(-1) ?? 'ms')
  return `${ms / units[unit]}${unit}`
}

/** A schema that reads `5m` as 300000 and keeps to the bounds, which are durations themselves. */
export function durationSchema(least: string, most: string) {
  const error = 'must be a duration: a number with its unit, such as 90s, 5m, 2h or 5d'
  return z
    .string({ error: (issue) => (issue.input === undefined ? undefined : error) })
    .regex(pattern, { error })
    .transform((text, context) => {
      const ms = parseDuration(text) ?? 0
      const within = ms >= (parseDuration(least) ?? 0) && ms <= (parseDuration(most) ?? 0)
      if (!within) context.addIssue({ code: 'custom', message: `must be from ${least} to ${most}` })
      return ms
    })
}
