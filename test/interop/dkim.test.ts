/** What we sign, OpenDKIM (a milter in C) and dkimpy (a library in Python) verify; what was changed, they do not. */
import fc from 'fast-check'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createSigner, makeSigningKey, printKeyRecord, sign } from '../../src/dkim/index.ts'
import { oddMessage } from '../support/signedMail.ts'
import { requireSetup } from './lab/requirement.ts'
import { verifyWithDkimpy, verifyWithOpendkim } from './lab/verifier.ts'

const domain = 'example.org'
const rsa = { domain, selector: 'r1', key: await makeSigningKey('rsa'), clock: systemClock }
const ed = { ...rsa, selector: 'e1', key: await makeSigningKey('ed25519') }
const records = Object.fromEntries([rsa, ed].map(printKeyRecord).map(({ name, text }) => [name, text]))

/** Each of the forms, with both keys. */
const forms = (['relaxed', 'simple'] as const).flatMap((header) =>
  (['relaxed', 'simple'] as const).map((body) =>
    [rsa, ed].map((one) => createSigner({ ...one, header, body, headers: ['X-Odd'] })),
  ),
)

async function signEach(messages: readonly Buffer[]): Promise<Buffer[]> {
  return Promise.all(
    messages.map(async (message, at) => Buffer.concat([await sign(message, forms[at % forms.length] ?? []), message])),
  )
}

let folder: string
let settings: string
beforeAll(async () => {
  requireSetup()
  folder = await mkdtemp(join(tmpdir(), 'sealpost-dkim-'))
  settings = join(folder, 'opendkim.conf')
  const keys = join(folder, 'keys')
  await writeFile(
    keys,
    Object.entries(records)
      .map(([name, text]) => `${name} ${text}\n`)
      .join(''),
  )
  await writeFile(settings, `Mode v\nTestPublicKeys ${keys}\nSyslog no\nOn-Default accept\n`)
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

async function askOpendkim(message: Buffer): Promise<readonly string[]> {
  const file = join(folder, 'message.eml')
  await writeFile(file, message)
  return (await verifyWithOpendkim(settings, file)).filter((word) => word !== 'neutral')
}

const plain = Buffer.from(
  'From: a@example.org\r\nTo: b@example.net\r\nSubject: Hello\r\n\tthere\r\nDate: Tue, 14 Nov 2023 22:13:20 +0000\r\n' +
    'Message-ID: <1@example.org>\r\nList-Unsubscribe: <https://example.org/u>\r\n\r\nHi  there \r\n.\r\n\r\n',
)

it('dkimpy verifies odd messages in every form, with both keys', async () => {
  const signed = await signEach(fc.sample(oddMessage, 400))
  const verdicts = await verifyWithDkimpy(signed, records)
  for (const [at, verdict] of verdicts.entries()) expect(verdict, signed[at]?.toString()).toEqual([true, true])
  expect(verdicts).toHaveLength(400)
})

it('OpenDKIM verifies every form, with both keys', async () => {
  for (const signed of await signEach([plain, plain, plain, plain])) expect(await askOpendkim(signed)).toEqual(['pass', 'pass'])
})

it.each([
  ['a second From', 'From: ceo@example.org\r\n'],
  ['a second Subject', 'Subject: Pay now\r\n'],
  ['a Reply-To that was not there', 'Reply-To: c@example.com\r\n'],
  ['one-click that was not there', 'List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n'],
  ['a transfer encoding that was not there', 'Content-Transfer-Encoding: base64\r\n'],
])('%s on the way: neither takes it for signed', async (_, added) => {
  const [signed = plain] = await signEach([plain])
  const changed = Buffer.concat([Buffer.from(added), signed])
  expect(await verifyWithDkimpy([signed, changed], records)).toEqual([
    [true, true],
    [false, false],
  ])
  expect(await askOpendkim(changed)).not.toContain('pass')
})
