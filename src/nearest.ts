/**
 * The word of `known` that was probably meant: at most two slips, and no more than half of its letters.
 *
 * @example
 * ```ts
 * findNearest('conections', ['connections', 'lanes']) === 'connections'
 * ```
 */
export function findNearest(word: string, known: readonly string[]): string | undefined {
  const plain = flatten(word)
  const ranked = known
    .map((name) => ({ name, slips: countSlips(plain, flatten(name)) }))
    .filter(({ name, slips }) => slips <= 2 && slips * 2 <= name.length)
  return ranked.sort((one, other) => one.slips - other.slips)[0]?.name
}

// reply_to, ReplyTo and reply-to are all meant to be replyTo.
function flatten(word: string): string {
  return word
    .slice(0, 64)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
}

/** Letters to add, drop or change (Levenshtein), row by row. */
function countSlips(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++) {
      const change = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? 0
}
