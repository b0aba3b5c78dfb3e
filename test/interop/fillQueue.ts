/** Works on a queue until its disk is full, and says as JSON what was done and what was refused. */
import { SealpostError } from '../../src/errors.ts'
import { type IncomingRow, QueueDatabase, checkQueue } from '../../src/store/index.ts'

const [folder = ''] = process.argv.slice(2)
const refused = new Set<string>()
let settled = 0

const store = await QueueDatabase.open(folder)
if (!store.campaign('small')) await takeIn('small', 1_000)
await store.recover()
const taken = await takeIn('large', 20_000)
const domains = await store.takeDomains('small', 5, 9)
for (;;) {
  const { items } = (await refuse(
    store.lease(
      domains.map(({ id }) => id),
      20,
      5,
    ),
  )) ?? { items: [] }
  if (items.length === 0) break
  const outcome = { state: 'sent', nextAt: 0, class: undefined, code: 250, enhanced: undefined, verdict: 'valid' } as const
  // As long as a server may make it, so that the disk fills up soon.
  const reason = 'o'.repeat(4_000)
  const settlements = items.map(({ id, domainId }) => ({
    id,
    domainId,
    ...outcome,
    reason,
    host: undefined,
    tls: undefined,
    leaf: undefined,
  }))
  const done = await refuse(store.settle(settlements, 6).then(() => true))
  if (!done) break
  settled += items.length
}
const counts = await store.counts('small')
const damage = checkQueue(folder)
process.stdout.write(JSON.stringify({ taken, settled, refused: [...refused], counts, damage }))
await store[Symbol.asyncDispose]().catch(() => undefined)

async function takeIn(name: string, count: number): Promise<string> {
  try {
    await store.accept({ name, digest: '', frozen: '{}', createdAt: 1 }, rows(count))
    return 'done'
  } catch (error) {
    return codeOf(error)
  }
}

async function refuse<T>(task: Promise<T>): Promise<T | undefined> {
  return task.catch((error: unknown) => {
    refused.add(codeOf(error))
    return undefined
  })
}

function codeOf(error: unknown): string {
  return error instanceof SealpostError ? error.code : String(error)
}

async function* rows(count: number): AsyncGenerator<IncomingRow> {
  for (let n = 0; n < count; n++) {
    const address = `${n}@x.test`
    yield { kind: 'recipient', address, addressKey: address, domain: 'x.test', columns: { note: 'n'.repeat(200) } }
  }
}
