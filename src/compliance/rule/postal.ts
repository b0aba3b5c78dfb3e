/** Text as it is compared: case, spaces, commas and dots do not count. */
export function squeeze(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s.,;·|]+/g, '')
}

/**
 * Whether text seems to hold a postal address. It is a guess, and says so where it fails: a number with a word for a street
 * before or behind it, a post box, or a postcode of a known form with a name of a town beside it.
 */
export function looksPostal(text: string): boolean {
  return patterns.some((pattern) => pattern.test(text.slice(0, 500_000)))
}

const patterns: readonly RegExp[] = [
  // 1 Example Street, 221b Baker St.
  /\b\d{1,5}[a-z]?,? (?:[\p{L}'.-]+ ){0,4}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|way|square|sq|court|ct|place|pl|rue|quai)\b/iu,
  // Musterstraße 12, Via Roma 1, Calle Mayor 3
  /\p{L}(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|damm|ufer|straat|laan|gatan|vägen|gade|vej) ?\d{1,4}\b/iu,
  /\b(?:via|viale|piazza|calle|avenida|plaza|rua|ulica|ul\.|rue|avenue|boulevard|place) (?:[\p{L}'.-]+ ){1,4},? ?\d{1,4}\b/iu,
  /\b(?:p\.? ?o\.? ?box|postfach|postbus|bp|apartado|casella postale) ?\d{1,6}\b/iu,
  // 12345 Town; SW1A 1AA; 1234 AB Town; Town, CA 94105
  /(?:^|[\s,])(?:[A-Z]{1,2}-)?\d{4,5} \p{Lu}[\p{L}-]{2,}/u,
  /\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b/,
  /\b\d{4} [A-Z]{2} \p{Lu}\p{L}+/u,
  /,? [A-Z]{2} \d{5}(?:-\d{4})?\b/,
]
