import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { SqliteSuppressionList, SuppressionGate } from '../../../src/store/index.ts'
import { printUnsubscribeToken } from '../../../src/unsubscribe/index.ts'
import { createAuthority, startReceiver } from '../../../src/world/index.ts'
import { sendWith } from '../../support/sendWith.ts'
import { createServing, oneClick } from '../../support/serving.ts'

const authority = await createAuthority()
const identity = await authority.issue({ names: ['mx.good.test'] })
const people = Array.from({ length: 30 }, (_, at) => `p${at}@good.test`)

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

function scenario(port: number) {
  const rule = { connections: 1, recipientsPerTransaction: 1 }
  return { port, folder, rule, domains: { 'good.test': ['127.0.0.1'] }, recipients: people, ca: authority.pem }
}

it('who leaves while a campaign is sent gets none of what is still in line', async () => {
  await using server = await startReceiver({ host: '127.0.0.1', port: 0, hostname: 'mx.good.test', identity, keep: true })
  // As sealpost serve does it, by a connection of its own.
  using list = SqliteSuppressionList.open(folder)
  using gate = SuppressionGate.open(folder, () => 'news')
  const { deps } = createServing()
  const left = { id: 21, campaign: 'test', addressKey: 'p20@good.test', list: 'news', sender: 'Shop' }
  const desk = { ...deps.desk, suppressions: list, messages: { find: async () => left } }
  const site = createServing({ desk })
  const token = printUnsubscribeToken({ ...left, messageId: left.id }, await desk.keys())
  const made: string[] = []
  const job = {
    source: {
      render: async ({ address }: { readonly address: string }) => {
        made.push(address)
        if (made.length === 3) expect((await site.ask(`/u/${token}`, oneClick)).status).toBe(200)
        return { from: 'news@sender.test', to: address, raw: Buffer.from(`Subject: x\r\n\r\n${address}\r\n`) }
      },
    },
  }
  await using sent = await sendWith({ ...scenario(server.port), job, options: { suppressed: gate.ask } })
  expect(sent.counts).toMatchObject({ total: 30, sent: 29, suppressed: 1, waiting: 0 })
  expect(made).not.toContain('p20@good.test')
  expect(server.messages.flatMap(({ to }) => to)).not.toContain('p20@good.test')
  expect(sent.store.list({ state: 'suppressed' }, 9)).toMatchObject([
    { address: 'p20@good.test', reason: 'the recipient unsubscribed', due: undefined },
  ])
})

it('what waits for them ends when the next run begins, before anything is dialled', async () => {
  using list = SqliteSuppressionList.open(folder)
  using gate = SuppressionGate.open(folder, () => undefined)
  const row = { list: undefined, reason: 'manual', source: 's', at: 1, campaign: undefined, detail: '' } as const
  await list.suppress(people.map((addressKey) => ({ ...row, addressKey })))
  // Nobody listens there.
  await using sent = await sendWith({ ...scenario(1), options: { suppressed: gate.ask, anySuppressed: gate.any } })
  expect(sent.counts).toMatchObject({ total: 30, suppressed: 30, deferred: 0 })
  expect(sent.store.list({}, 1)).toMatchObject([{ attempts: 0, reason: 'the address was suppressed by hand' }])
})

it('where the list has nobody, what waits is not looked through: each message is asked about when its turn comes', async () => {
  await using server = await startReceiver({ host: '127.0.0.1', port: 0, hostname: 'mx.good.test', identity, keep: true })
  using gate = SuppressionGate.open(join(folder, 'empty'), () => undefined)
  let asked = 0
  const suppressed: typeof gate.ask = (item, ahead) => {
    asked += 1
    return gate.ask(item, ahead)
  }
  await using sent = await sendWith({ ...scenario(server.port), options: { suppressed, anySuppressed: gate.any } })
  expect(sent.counts).toMatchObject({ total: 30, sent: 30 })
  expect(asked).toBe(30)
})

it('where the list cannot be read, nothing is sent', async () => {
  await using server = await startReceiver({ host: '127.0.0.1', port: 0, hostname: 'mx.good.test', identity, keep: true })
  let asked = 0
  const suppressed = (): undefined => {
    if (++asked > people.length) throw new Error('the list cannot be read')
  }
  await expect(sendWith({ ...scenario(server.port), options: { suppressed } })).rejects.toThrow('the list cannot be read')
  expect(server.messages).toEqual([])
})
