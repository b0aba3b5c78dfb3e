/** Sends from a queue as quickly as it can, and says on stdout what it was told is on the disk; to be killed. */
import { type IncomingRow, QueueDatabase } from '../../../src/store/index.ts'

const [folder = ''] = process.argv.slice(2)
const store = await QueueDatabase.open(folder)
if (!store.campaign('c')) await store.accept({ name: 'c', digest: '', frozen: '{}', createdAt: 1 }, rows())
await store.recover()
const domains = await store.takeDomains('c', 5, 100)
const ids = domains.map(({ id }) => id)

// Several at a time, so that a commit holds more than one request.
await Promise.all(Array.from({ length: 4 }, send))

async function send(): Promise<void> {
  for (;;) {
    const { items } = await store.lease(ids, 2, 5)
    const [one, two] = items
    if (!one || !two) return
    const outcome = { state: 'sent', nextAt: 0, reason: 'ok', class: undefined, code: 250, enhanced: undefined } as const
    const hop = { verdict: 'valid', host: undefined, tls: undefined, leaf: undefined }
    await store.settle(
      [one, two].map(({ id, domainId }) => ({ id, domainId, ...outcome, ...hop })),
      6,
    )
    process.stdout.write(`${one.id} ${two.id}\n`)
  }
}

async function* rows(): AsyncGenerator<IncomingRow> {
  for (let n = 0; n < 4_000; n++) {
    const domain = `d${n % 20}.test`
    yield { kind: 'recipient', address: `${n}@${domain}`, addressKey: `${n}@${domain}`, domain, columns: {} }
  }
}
