/** What the DNS says of a domain of a list; `temporary` says nothing about the domain. */
export type DomainState = 'mail' | 'nxdomain' | 'null-mx' | 'no-address' | 'temporary'

/** A domain that takes no mail, or could not be asked. */
export interface DomainProblem {
  readonly domain: string
  readonly state: Exclude<DomainState, 'mail'>
  readonly count: number
  /** The first line that has it. */
  readonly line: number
  readonly why: string
  readonly next: string
}

const words = {
  nxdomain: ['the domain does not exist', 'Correct it, or delete these rows: nothing can be delivered.'],
  'null-mx': ['the domain says that it takes no mail (null MX, RFC 7505)', 'Delete these rows, or ask for other addresses.'],
  'no-address': ['the domain has no mail server', 'Correct it, or delete these rows: nothing can be delivered.'],
  temporary: ['the DNS gives no answer for now', 'Ask again later; this says nothing about the addresses.'],
} as const

/** Says in words what is wrong with a domain; undefined where it takes mail. */
export function judgeDomain(
  domain: string,
  { count, line }: { readonly count: number; readonly line: number },
  state: DomainState,
): DomainProblem | undefined {
  if (state === 'mail') return undefined
  const [why, next] = words[state]
  return { domain, state, count, line, why, next }
}
