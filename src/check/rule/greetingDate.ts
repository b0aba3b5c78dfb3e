const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** RFC 5322 3.3, as Sendmail and its kin end their greeting: `Tue, 24 Nov 2026 09:31:00 +0100`. */
const pattern =
  /\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), {1,2})?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) (?:([+-])(\d{2})(\d{2})|GMT|UTC?)(?![\dA-Za-z])/

/** The date in a server's greeting, in milliseconds since the epoch; undefined where there is none that makes sense. */
export function findDate(text: string): number | undefined {
  const found = pattern.exec(text.slice(0, 2_000))
  if (!found) return undefined
  const [, day, name = '', year, hour, minute, second, sign = '+', east = '0', eastMinutes = '0'] = found
  const month = months.indexOf(name)
  const [d, h, m, s] = [Number(day), Number(hour), Number(minute), Number(second)]
  if (month < 0 || h > 23 || m > 59 || s > 60 || Number(east) > 14 || Number(eastMinutes) > 59) return undefined
  const at = Date.UTC(Number(year), month, d, h, m, s)
  // The 31st of February would be some day in March.
  if (d < 1 || new Date(Date.UTC(Number(year), month, d)).getUTCDate() !== d) return undefined
  const offset = (Number(east) * 60 + Number(eastMinutes)) * 60_000
  return sign === '-' ? at + offset : at - offset
}
