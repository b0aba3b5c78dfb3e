import { findShift, instantsAfter, isZone, wallAt } from './zone.ts'

/** Hours of the day, and days of the week, as the clocks of a zone show them. */
export interface Window {
  /** Minutes since midnight at which it opens, and at which it is closed again; where that is not later, on the next day. */
  readonly from: number
  readonly to: number
  readonly zone: string
  /** Days on which it opens, 0 for Sunday; all of them where it is left out. */
  readonly days?: readonly number[]
}

const dayMs = 86_400_000

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

/** Reads `08:00-20:00 Europe/Berlin`; undefined where it is none. */
export function parseWindow(text: string): Window | undefined {
  const groups = /^(?<fromHour>\d\d):(?<fromMinute>\d\d)\s*-\s*(?<toHour>\d\d):(?<toMinute>\d\d)\s+(?<zone>\S{1,64})$/.exec(
    text.trim(),
  )?.groups
  const zone = groups?.['zone']
  if (!groups || zone === undefined || !isZone(zone)) return undefined
  const from = minutesOf(groups['fromHour'], groups['fromMinute'])
  const to = minutesOf(groups['toHour'], groups['toMinute'])
  return from === undefined || to === undefined || from === 1_440 || to === 0 || from === to ? undefined : { from, to, zone }
}

function minutesOf(hour: string | undefined, minute: string | undefined): number | undefined {
  const minutes = Number(hour) * 60 + Number(minute)
  return Number(minute) <= 59 && minutes <= 1_440 ? minutes : undefined
}

/** Reads `mon-fri` or `mon, wed, sat`, each day once, in the order of the week; undefined where it is none. */
export function parseDays(text: string): readonly number[] | undefined {
  const days = new Set<number>()
  for (const part of text.toLowerCase().split(',')) {
    const [first, last, more] = part.split('-').map((name) => dayNames.findIndex((day) => day === name.trim()))
    if (first === undefined || first < 0 || more !== undefined || (last !== undefined && last < 0)) return undefined
    const end = last ?? first
    for (let day = first; ; day = (day + 1) % 7) {
      days.add(day)
      if (day === end) break
    }
  }
  return [...days].toSorted((one, other) => one - other)
}

/** Whether it is open at a time (milliseconds since the epoch). What counts is what clocks there show. */
export function isOpen(window: Window, at: number): boolean {
  const { from, to, zone, days } = window
  const { minute, weekday } = wallAt(zone, at)
  const opensOn = (day: number): boolean => days === undefined || days.includes(day)
  if (from < to) return minute >= from && minute < to && opensOn(weekday)
  return minute >= from ? opensOn(weekday) : minute < to && opensOn((weekday + 6) % 7)
}

/**
 * When it is open next: the time itself where it is open at that, and undefined where it is not within ten days (days on
 * which clocks are put forward over the whole of it).
 */
export function nextOpen(window: Window, at: number): number | undefined {
  if (isOpen(window, at)) return at
  const { year, month, day } = wallAt(window.zone, at)
  const candidates: number[] = []
  for (let ahead = -1; ahead <= 10; ahead++) {
    const date = new Date(Date.UTC(year, month - 1, day + ahead))
    const on = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
    candidates.push(...instantsAfter({ ...on, minute: window.from }, window.zone))
    // Clocks that are put forward may land within it, and those that are put back return into it.
    const shift = findShift(window.zone, at + ahead * dayMs, at + (ahead + 1) * dayMs)
    if (shift !== undefined) candidates.push(shift)
  }
  return candidates.filter((each) => each > at && isOpen(window, each)).toSorted((one, other) => one - other)[0]
}

/** A window for people: `08:00-20:00 Europe/Berlin, mon-fri` as `mon, tue, …`. */
export function printWindow({ from, to, zone, days }: Window): string {
  const time = (minutes: number): string =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
  return `${time(from)}-${time(to)} ${zone}${days === undefined ? '' : `, ${days.map((day) => dayNames[day]).join(' ')}`}`
}
