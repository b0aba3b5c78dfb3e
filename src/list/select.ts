import type { Member } from './member.ts'
import { type Segment, evaluate } from './segment/index.ts'

/** A row as conditions see it: its columns, with the address as `email` and what stands after its @ as `domain`. */
export function holdsFor(
  segment: Segment,
  { address, domain, columns }: Pick<Member, 'address' | 'domain' | 'columns'>,
): boolean {
  // A list's own column of that name counts.
  return evaluate(segment.expression, { email: address, domain, ...columns })
}
