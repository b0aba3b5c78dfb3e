import { type GreylistRecord, type GreylistSeen, learnGreylist } from './record.ts'

/** Where it is kept what hosts were learnt to do with strangers. */
export interface GreylistMemory {
  find(host: string): Promise<GreylistRecord | undefined>
  note(host: string, seen: GreylistSeen): Promise<void>
}

/** Remembers for as long as the program runs; `limit` hosts, those seen last. */
export function createGreylistMemory(limit = 10_000): GreylistMemory {
  const hosts = new Map<string, GreylistRecord>()
  return {
    find: async (host) => hosts.get(host),
    note: async (host, seen) => {
      const after = learnGreylist(hosts.get(host), host, seen)
      if (!after) return
      // A map keeps the order in which its keys came: the first is the one not seen for longest.
      hosts.delete(host)
      hosts.set(host, after)
      const [oldest] = hosts.keys()
      if (hosts.size > limit && oldest !== undefined) hosts.delete(oldest)
    },
  }
}
