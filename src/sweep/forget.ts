import type { CheckContext } from '../check/index.ts'

/**
 * Lets go of what an examination keeps of a host that no examination is at. What it keeps of an address stays for as
 * long as another host that shares the address is known, or being spoken to.
 */
export function forgetHost(
  { observed, examined, turns }: Pick<CheckContext, 'observed' | 'examined' | 'turns'>,
  host: string,
): void {
  for (const [key, observation] of observed) {
    if (!key.startsWith(`${host} `)) continue
    observed.delete(key)
    const address = addressOf(key, host)
    // The end of the queue, and done: nobody waits behind it.
    if (turns.get(address) === observation) turns.delete(address)
    if ([...observed.keys()].some((other) => other.includes(` ${address} `))) continue
    for (const place of examined.keys()) if (place.startsWith(`${address} `)) examined.delete(place)
  }
}

function addressOf(key: string, host: string): string {
  return key.slice(host.length + 1).split(' ', 1)[0] ?? ''
}
