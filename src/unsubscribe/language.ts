import { en } from './words/en.ts'
import { type PageWords, pageWords } from './words/index.ts'

/** Octets of the field and languages in it that are looked at: browsers send a few. */
const most = { octets: 1_000, ranges: 30 } as const

const weightPattern = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i

/**
 * The words of the first language that the reader asks for and that there is, by weight (RFC 9110 12.5.4) and by the
 * language alone: who asks for `de-AT` gets German (RFC 4647 3.4). Where there is none, those of the sender.
 *
 * @param accept the value of Accept-Language
 * @param fallback the sender's language; English where that is none of ours
 *
 * @example
 * ```ts
 * chooseWords('fr-CH, fr;q=0.9, en;q=0.8', 'de').lang === 'fr'
 * ```
 */
export function chooseWords(accept: string | undefined, fallback: string | undefined): PageWords {
  const usual = pageWords.get(fallback ?? 'en') ?? en
  const asked = (accept ?? '').slice(0, most.octets).split(',').slice(0, most.ranges).flatMap(readRange)
  for (const { language } of asked.toSorted((one, other) => other.weight - one.weight)) {
    if (language === '*') return usual
    const found = pageWords.get(language)
    if (found) return found
  }
  return usual
}

function readRange(text: string): { readonly language: string; readonly weight: number }[] {
  const [range = '', parameter] = text.split(';').map((part) => part.trim())
  const language = /^(?:\*|([a-z]{2,3})(?:-[a-z0-9-]{1,80})?)$/i.exec(range)
  const weight = parameter === undefined ? 1 : Number(weightPattern.exec(parameter)?.[1] ?? 0)
  // RFC 9110 12.4.2: 0 is "not acceptable".
  return language && weight > 0 ? [{ language: (language[1] ?? '*').toLowerCase(), weight }] : []
}
