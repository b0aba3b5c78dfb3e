import type { Resolver } from '../../src/dns/index.ts'
import type { IncomingRow } from '../../src/store/index.ts'
import { recipient } from '../message.ts'
import { boundYoungHeap } from '../../src/youngHeap.ts'
import { openOurs } from '../sendOurs.ts'
import type { Contender, SealpostPlan } from './plan.ts'

export async function createSealpost(plan: SealpostPlan): Promise<Contender> {
  // As `sealpost send` does.
  boundYoungHeap()
  const { folder, ca, port, connections, evidence, rows, domains, windowMs, addresses } = plan
  const sender = await openOurs({
    folder,
    ca,
    port,
    connections,
    evidence,
    route: addresses ? 'direct' : 'relay',
    resolver: resolverOf(addresses),
    connectionsInAll: Math.max(500, 2 * (addresses?.length ?? 0)),
  })
  let campaign = 0
  return {
    async prepare() {
      if (windowMs !== undefined && campaign > 0) return
      campaign += 1
      await sender.accept(`bench${campaign}`, list(rows, domains))
    },
    async run() {
      const signal = windowMs === undefined ? new AbortController().signal : AbortSignal.timeout(windowMs)
      await sender.send(`bench${campaign}`, signal)
    },
    [Symbol.asyncDispose]: async () => sender[Symbol.asyncDispose](),
  }
}

async function* list(rows: number, domains: number): AsyncGenerator<IncomingRow> {
  for (let index = 0; index < rows; index++) {
    const { address, domain } = recipient(index, domains)
    yield { kind: 'recipient', address, addressKey: address, domain, columns: {} }
  }
}

/** Without packets: sink.test is at 127.0.0.1, and the domain with the number n at the n-th of the addresses. */
function resolverOf(addresses: readonly string[] = []): Resolver {
  return {
    // The type of the records is that of the question, which the compiler does not see here.
    query: async (name, type) => {
      const [, number] = /(\d+)\.(?:sink\.)?test$/.exec(name) ?? []
      const found: unknown[] =
        type === 'MX'
          ? [{ preference: 10, exchange: `m${number}.sink.test` }]
          : type === 'A'
            ? [number === undefined ? '127.0.0.1' : addresses[Number(number)]]
            : []
      if (found.length === 0) return { kind: 'nodata', authenticated: false }
      return { kind: 'records', records: found as never[], authenticated: false, ttl: 60, canonical: name }
    },
  }
}
