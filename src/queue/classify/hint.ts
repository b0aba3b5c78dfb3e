/** A hint below a minute is not worth a connection, and one above six hours no hint. */
const bounds = { least: 60_000, most: 6 * 3_600_000 }

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 }

const numbers: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  few: 5,
  'a few': 5,
  five: 5,
  ten: 10,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
}

/** What comes before a time that is meant for us. */
const lead = String.raw`\b(?:again|retry|resend|back|wait|delayed|delay|gr[ae]y-?list(?:ed|ing)?)\b[^.;\d]{0,40}?`

/** "try again in 5 minutes", "Greylisted for 300 seconds" (postgrey), "retry after 10 min", "in a few minutes". */
const inWords = new RegExp(
  String.raw`${lead}\b(\d{1,6}|a few|an?|one|two|three|few|five|ten|fifteen|twenty|thirty) ?(s|m|h)(?:ec(?:ond)?s?|in(?:ute)?s?|ours?|rs?)?\b`,
)

/** "come back in 00:04:59" (milter-greylist). */
const byClock = new RegExp(String.raw`${lead}\b(\d{1,2}):(\d{2}):(\d{2})\b`)

/**
 * When the server itself says to come again: milliseconds from now, between a minute and six hours; undefined where it
 * does not.
 *
 * @param text as `readWords` gives it
 */
export function readHint(text: string): number | undefined {
  const clock = byClock.exec(text)
  if (clock) return bound(Number(clock[1]) * 3_600_000 + Number(clock[2]) * 60_000 + Number(clock[3]) * 1_000)
  const found = inWords.exec(text)
  if (!found) return undefined
  const [, number = '', unit = ''] = found
  const count = numbers[number] ?? Number(number)
  return count > 0 ? bound(count * (units[unit] ?? 0)) : undefined
}

function bound(ms: number): number {
  return Math.min(bounds.most, Math.max(bounds.least, ms))
}
