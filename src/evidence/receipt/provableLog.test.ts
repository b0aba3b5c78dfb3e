import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { aSession, anAttempt, openLog } from '../../../test/support/evidence.ts'
import type { AttemptFacts } from '../facts.ts'
import { readTrust } from '../trust.ts'
import { parseKey, verifyReceipt } from '../verify/index.ts'
import { printVerifier } from '../../tlog/index.ts'
import { type ProvableAttempt, ProvableLog } from './provableLog.ts'

let data: string
/** Each as it was recorded, by its leaf. */
const recorded = new Map<number, AttemptFacts>()
const alone = { session: null, message: null, octets: null, code: null, enhanced: null, reply: null } as const
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'sealpost-'))
  await using log = await openLog(data)
  log.session(aSession())
  for (const facts of [
    anAttempt({ ...alone, strength: 'claimed', claim: { provider: 'mailgun', event: 'delivered', tls: true } }),
    anAttempt({ ...alone, strength: 'unknown', outcome: 'unknown' }),
    anAttempt(),
  ]) {
    recorded.set(log.attempt(facts), facts)
  }
})
afterAll(async () => rm(data, { recursive: true }))

/** As the queue and the openings would give it. */
function open(leaf: number, change: Partial<ProvableAttempt['attempt']> = {}): ProvableAttempt {
  const { key, address, session: _, claim: __, ...facts } = recorded.get(leaf) ?? anAttempt()
  return {
    attempt: { ...facts, kind: 'attempt', leaf, session: null, ...change },
    recipient: address,
    key,
    session: undefined,
    certificates: [],
  }
}

async function proveAndVerify(leaf: number) {
  const receipt = await (await ProvableLog.open(data)).prove(open(leaf))
  const key = await parseKey(printVerifier((await readTrust(data)).keys[0]))
  return verifyReceipt(JSON.stringify(receipt), { keys: key ? [key] : [] })
}

it('proves what a provider claimed, and what a crash hid, as what they are', async () => {
  expect(await proveAndVerify(1)).toMatchObject({
    kind: 'proven',
    attempt: { strength: 'claimed', claim: { provider: 'mailgun', event: 'delivered', tls: true } },
    session: null,
    opening: { recipient: 'ada@example.org', message: null, reply: null },
  })
  expect(await proveAndVerify(2)).toMatchObject({ kind: 'proven', attempt: { strength: 'unknown', claim: null }, session: null })
})

it.each([
  ['reply', "the server's answer was erased"],
  ['message', 'the hash of its message was erased'],
])('says that an entry cannot be opened whose %s was erased', async (what, words) => {
  const log = await ProvableLog.open(data)
  await expect(log.prove(open(3, { [what]: null }))).rejects.toMatchObject({
    code: 'SP_USAGE',
    where: 'entry 3',
    what: expect.stringContaining(words) as string,
  })
})

it('hands out nothing that does not verify', async () => {
  const log = await ProvableLog.open(data)
  await expect(log.prove(open(3, { reply: '250 fine' }))).rejects.toMatchObject({ code: 'SP_LOG_DAMAGED' })
  await expect(log.prove({ ...open(3), recipient: 'eve@example.org' })).rejects.toMatchObject({ code: 'SP_LOG_DAMAGED' })
})
