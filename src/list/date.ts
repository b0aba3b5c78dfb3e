/** Which of two numbers before a year is the day: 03/04/2025 is 3 April to some and 4 March to others. */
export type DateOrder = 'dmy' | 'mdy'

const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?$/
const local = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:[ ,T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/

/**
 * Reads a date of a list: ISO 8601, day.month.year, day/month/year or month/day/year as `order` says, or seconds or
 * milliseconds since 1970. Without a zone it is UTC.
 *
 * @returns milliseconds since the epoch; `ambiguous` where `order` is not given and day and month could be either;
 * undefined where it is no date
 */
export function parseDate(text: string, order?: DateOrder): number | 'ambiguous' | undefined {
  const trimmed = text.trim()
  if (trimmed.length > 40) return undefined
  // 2001 to 2033 in seconds, and the same in milliseconds.
  if (/^(?:1\d{9}|1\d{12})$/.test(trimmed)) return Number(trimmed) * (trimmed.length === 10 ? 1000 : 1)
  const whole = iso.exec(trimmed)
  if (whole) {
    const [, year, month, day, hour, minute, second, zone] = whole
    const at = toTime(year, month, day, hour, minute, second)
    return at === undefined ? undefined : at - zoneMs(zone)
  }
  const parts = local.exec(trimmed)
  if (!parts) return undefined
  const [, one = '', sign, two = '', year, hour, minute, second] = parts
  const asDmy = toTime(year, two, one, hour, minute, second)
  // Only days come before a month with dots.
  if (sign === '.' || order === 'dmy') return asDmy
  const asMdy = toTime(year, one, two, hour, minute, second)
  if (order === 'mdy') return asMdy
  return asDmy === undefined || asMdy === undefined || asDmy === asMdy ? (asDmy ?? asMdy) : 'ambiguous'
}

type Digits = string | undefined

function toTime(year: Digits, month: Digits, day: Digits, hour: Digits = '0', minute: Digits = '0', second: Digits = '0') {
  const [y, m, d] = [Number(year), Number(month), Number(day)]
  // Date.UTC takes the 31st of April for the first of May.
  if (y < 1900 || y >= 2200 || m < 1 || m > 12 || d < 1 || d > daysOf(y, m)) return undefined
  if (hour === '0' && minute === '0' && second === '0') return Date.UTC(y, m - 1, d)
  const [h, min, s] = [Number(hour), Number(minute), Number(second)]
  return h < 24 && min < 60 && s < 61 ? Date.UTC(y, m - 1, d, h, min, s) : undefined
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

function zoneMs(zone: string | undefined): number {
  const parts = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? '')
  if (!parts) return 0
  return (parts[1] === '-' ? -1 : 1) * (Number(parts[2]) * 60 + Number(parts[3])) * 60_000
}
