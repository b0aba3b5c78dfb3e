import { type IncomingRow, QueueDatabase } from '../../src/store/index.ts'
import { digest } from './bounces.ts'

/** Makes a queue in a data folder, in which a campaign was sent to these addresses; messages are numbered from 1. */
export async function sendCampaign(data: string, addresses: readonly string[], createdAt: number): Promise<void> {
  await using queue = await QueueDatabase.open(data)
  await queue.accept({ name: 'spring', digest, frozen: '{}', createdAt }, rows(addresses))
  const domains = await queue.takeDomains('spring', createdAt, 100)
  const { items } = await queue.lease(
    domains.map(({ id }) => id),
    1_000,
    createdAt,
  )
  const sent = { nextAt: 0, reason: '250 ok', class: undefined, code: 250, enhanced: undefined, verdict: 'valid' }
  await queue.settle(
    items.map(({ id, domainId }) => ({
      id,
      domainId,
      state: 'sent' as const,
      host: undefined,
      tls: undefined,
      leaf: undefined,
      ...sent,
    })),
    createdAt,
  )
}

async function* rows(addresses: readonly string[]): AsyncGenerator<IncomingRow> {
  for (const address of addresses)
    yield { kind: 'recipient', address, addressKey: address.toLowerCase(), domain: address.split('@')[1] ?? '', columns: {} }
}
