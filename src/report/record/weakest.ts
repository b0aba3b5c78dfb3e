import type { Delivered } from './build.ts'

/** From the weakest on. What is not named here proves more than any of these. */
const ranks = ['plaintext', 'unauthenticated', 'valid', 'authenticated']

/** Hops that a record names. */
const most = 10

/**
 * The hops that messages were delivered over and that prove the least, each host once: by verdict, then by the version of
 * TLS, then by the number of messages. Hops as good as the best of all are not weak.
 */
export function findWeakest(over: readonly Delivered[]): readonly Delivered[] {
  const hops = [
    ...Map.groupBy(
      over,
      ({ session }) => `${session.host} ${session.verdict} ${session.tls?.version} ${session.tls?.cipher}`,
    ).values(),
  ].map((group) => ({ ...(group[0] as Delivered), messages: group.reduce((all, { messages }) => all + messages, 0) }))
  const sorted = hops.toSorted((a, b) => rank(a) - rank(b) || version(a).localeCompare(version(b)) || b.messages - a.messages)
  const best = sorted.at(-1)
  return sorted.filter((hop) => best && (rank(hop) < rank(best) || version(hop) < version(best))).slice(0, most)
}

function rank({ session }: Delivered): number {
  const at = ranks.indexOf(session.verdict)
  return at === -1 ? ranks.length : at
}

/** `TLS 1.2` sorts before `TLS 1.3`, and none before both. */
function version({ session }: Delivered): string {
  return session.tls?.version ?? ''
}
