/** A date and a time as a clock on the wall shows them. */
export interface WallTime {
  readonly year: number
  /** From 1. */
  readonly month: number
  readonly day: number
  /** Minutes since midnight. */
  readonly minute: number
}

/** Milliseconds around a time within which every rule of a zone that may be in force at it is met: some skipped a whole day. */
const aroundMs = 36 * 3_600_000

const minuteMs = 60_000

const formats = new Map<string, Intl.DateTimeFormat>()

/** Whether the machine's data on time zones has one of this name, such as `Europe/Berlin`. */
export function isZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(name)) return false
  try {
    formatOf(name)
    return true
  } catch {
    return false
  }
}

/**
 * How far a zone's clocks are ahead of UTC at a time, in milliseconds.
 *
 * @param at milliseconds since the epoch
 */
export function offsetAt(zone: string, at: number): number {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0
  const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
  return shown - Math.floor(at / 1_000) * 1_000
}

/**
 * When the clocks of a zone show a time: mostly once; never where they are put forward over it, twice where they are put
 * back. Milliseconds since the epoch, the earlier first.
 */
export function instantsOf(wall: WallTime, zone: string): readonly number[] {
  const shown = asUtc(wall)
  return offsetsAround(zone, shown)
    .map((offset) => shown - offset)
    .filter((at) => at + offsetAt(zone, at) === shown)
    .toSorted((one, other) => one - other)
}

/** The same, and where clocks never show it, the time by the clock as it was before it was put forward. */
export function instantsAfter(wall: WallTime, zone: string): readonly number[] {
  const found = instantsOf(wall, zone)
  if (found.length > 0) return found
  const shown = asUtc(wall)
  return [Math.max(...offsetsAround(zone, shown).map((offset) => shown - offset))]
}

/**
 * When the clocks of a zone are put forward or back between two times, to the minute; undefined where they are not.
 *
 * @param from, to milliseconds since the epoch, at most a day apart: no zone did it twice in that
 */
export function findShift(zone: string, from: number, to: number): number | undefined {
  const before = offsetAt(zone, from)
  if (offsetAt(zone, to) === before) return undefined
  let early = Math.floor(from / minuteMs)
  let late = Math.ceil(to / minuteMs)
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2)
    if (offsetAt(zone, middle * minuteMs) === before) early = middle
    else late = middle
  }
  return late * minuteMs
}

/** What the clocks of a zone show, and the day of the week, 0 for Sunday. */
export function wallAt(zone: string, at: number): WallTime & { readonly weekday: number } {
  const shown = new Date(at + offsetAt(zone, at))
  return {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    minute: shown.getUTCHours() * 60 + shown.getUTCMinutes(),
    weekday: shown.getUTCDay(),
  }
}

function asUtc({ year, month, day, minute }: WallTime): number {
  return Date.UTC(year, month - 1, day, 0, minute)
}

function offsetsAround(zone: string, at: number): readonly number[] {
  return [...new Set([offsetAt(zone, at - aroundMs), offsetAt(zone, at), offsetAt(zone, at + aroundMs)])]
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formats.set(zone, made)
  return made
}
