import { type WallTime, instantsOf, isZone, offsetAt } from './zone.ts'

/** A time at which something is to begin, as a person gave it. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** The zone it was given in: a name such as `Europe/Berlin`, or an offset such as `+01:00`. */
  readonly zone: string
}

export type ParsedMoment = ({ readonly kind: 'moment' } & Moment) | { readonly kind: 'invalid'; readonly why: string }

const form =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)[T ](?<hour>\d\d):(?<minute>\d\d)(?::00)?(?:\s*(?<offset>Z|[+-]\d\d:?\d\d))?(?:\s+(?<zone>\S{1,64}))?$/

/**
 * Reads a time: `2026-12-01 09:00 Europe/Berlin`, or ISO 8601 with an offset (`2026-12-01T09:00+01:00`). A time that a
 * zone's clocks never show, or show twice, is refused unless the offset says which is meant.
 */
export function parseMoment(text: string): ParsedMoment {
  const groups = form.exec(text.trim())?.groups
  if (!groups) return invalid('it is not a time such as "2026-12-01 09:00 Europe/Berlin" or 2026-12-01T09:00+01:00')
  const [year, month, day, hour, minutes] = ['year', 'month', 'day', 'hour', 'minute'].map((name) => Number(groups[name])) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const midnight = new Date(Date.UTC(year, month - 1, day))
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day || hour > 23 || minutes > 59)
    return invalid('there is no such day or time')
  const { offset, zone } = groups
  const wall = { year, month, day, minute: hour * 60 + minutes }
  const offsetMs = offset === undefined ? undefined : parseOffset(offset)
  if (offset !== undefined && offsetMs === undefined) return invalid(`${offset} is not an offset from UTC`)
  if (zone === undefined) {
    if (offsetMs === undefined) return invalid('it does not say in which time zone: add one, such as Europe/Berlin, or an offset')
    return {
      kind: 'moment',
      at: Date.UTC(year, month - 1, day, hour, minutes) - offsetMs,
      zone: offset === 'Z' ? 'UTC' : printOffset(offsetMs),
    }
  }
  if (!isZone(zone)) return invalid('it names a time zone that is not known; names are such as Europe/Berlin')
  return inZone(wall, zone, offsetMs)
}

function inZone(wall: WallTime, zone: string, offsetMs: number | undefined): ParsedMoment {
  const instants = instantsOf(wall, zone)
  const offsets = instants.map((at) => printOffset(offsetAt(zone, at)))
  if (offsetMs !== undefined) {
    const at = instants.find((at) => offsetAt(zone, at) === offsetMs)
    if (at !== undefined) return { kind: 'moment', at, zone }
    const there =
      offsets.length === 0 ? 'clocks there are put forward over this time' : `clocks there are at ${offsets.join(' or ')} then`
    return invalid(`its offset and its time zone disagree: ${there}`)
  }
  const [at, second] = instants
  if (at === undefined) return invalid('clocks in this time zone are put forward over this time, so that it does not exist')
  if (second !== undefined)
    return invalid(`clocks in this time zone are put back, so that this time comes twice: add ${offsets.join(' or ')} to it`)
  return { kind: 'moment', at, zone }
}

/** A moment as its zone's clocks show it, with the offset: `2026-12-01 09:00 +01:00 Europe/Berlin`. */
export function printMoment({ at, zone }: Moment): string {
  const named = isZone(zone)
  const offset = named ? offsetAt(zone, at) : (parseOffset(zone) ?? 0)
  const shown = new Date(at + offset).toISOString().slice(0, 16).replace('T', ' ')
  return `${shown} ${printOffset(offset)}${named ? ` ${zone}` : ''}`
}

function parseOffset(text: string): number | undefined {
  if (text === 'Z') return 0
  const groups = /^(?<sign>[+-])(?<hours>\d\d):?(?<minutes>\d\d)$/.exec(text)?.groups
  const [hours, minutes] = [Number(groups?.['hours']), Number(groups?.['minutes'])]
  // RFC 3339 5.6: an offset has hours up to 23; -00:00 says that the zone is not known (4.3).
  if (!groups || hours > 23 || minutes > 59 || text.replace(':', '') === '-0000') return undefined
  return (groups['sign'] === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000
}

function printOffset(ms: number): string {
  const minutes = Math.round(Math.abs(ms) / 60_000)
  const pad = (value: number): string => String(value).padStart(2, '0')
  return `${ms < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`
}

function invalid(why: string): ParsedMoment {
  return { kind: 'invalid', why }
}
