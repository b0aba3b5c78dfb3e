import type { UsableTlsa } from './record.ts'

/**
 * RFC 7671 9, RFC 7672 5: of the digests with one usage and selector, only the strongest counts. Whoever has broken the
 * weaker would otherwise choose it. Records that hold the thing itself are no digests and stay.
 */
export function keepStrongest(records: readonly UsableTlsa[]): readonly UsableTlsa[] {
  return records.filter(
    ({ usage, selector, matchingType }) =>
      matchingType === 0 ||
      !records.some((other) => other.usage === usage && other.selector === selector && other.matchingType > matchingType),
  )
}
