import type { Software } from '../software.ts'
import type { Found } from './event.ts'

export type Seen = Pick<Found, 'software' | 'place' | 'format' | 'document' | 'setup'>

const specificity: Readonly<Record<Software['kind'], number>> = {
  library: 0,
  framework: 1,
  cms: 2,
  marketing: 2,
  mta: 2,
  client: 2,
}

/**
 * Lines that two programs claim belong to the one that is more specific: what is built on a library, not the library;
 * else the one that knows more of them. Where nothing tells, both are said.
 */
export function dropLessSpecific(seen: readonly Seen[]): readonly Seen[] {
  if (new Set(seen.map(({ software }) => software.id)).size < 2) return seen
  // Starts of values tell them apart, in documents of one format.
  const claims = new Map<string, Seen[]>()
  for (const each of seen)
    for (const key of listStarts(each)) {
      const own = claims.get(key)
      if (own) own.push(each)
      else claims.set(key, [each])
    }
  return seen.filter(
    (each) =>
      !listStarts(each).some((key) =>
        claims.get(key)?.some((other) => other.software !== each.software && isBetter(other, each)),
      ),
  )
}

function listStarts({ format, setup }: Seen): string[] {
  return Object.values(setup.entries).map(({ start }) => `${format.name} ${start}`)
}

function isBetter(a: Seen, b: Seen): boolean {
  const kinds = specificity[a.software.kind] - specificity[b.software.kind]
  return kinds > 0 || (kinds === 0 && Object.keys(a.setup.entries).length > Object.keys(b.setup.entries).length)
}
