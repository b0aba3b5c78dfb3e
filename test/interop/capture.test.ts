/**
 * Somebody who has every packet of a campaign reads no part of it: no body, subject, address, local part or password. What may be
 * read is there, EHLO and STARTTLS, so that a capture that caught nothing cannot pass; and where a person allowed plaintext
 * (level opportunistic), the very same search finds the very same things.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'vitest'
import { type Capture, captureDuring } from './lab/capture.ts'
import type { Lab } from './lab/lab.ts'
import { inNamespace } from './lab/network.ts'
import { repository } from './lab/requirement.ts'
import { type Workplace, createWorkplace, sealpostCommand } from './lab/sealpost.ts'
import { testIn } from './lab/test.ts'

const test = testIn({ servers: ['postfix', 'postfix-plain'] })

const size = 60
const password = 'correct-horse-battery-42'
const user = 'campaign-login-name'
const subject = 'Invoice of the hidden garden'
const senderLocalPart = 'greetings-from-sender'
/** In ASCII, and short enough to travel as they are in each encoding but base64. */
const lines = ['The first secret sentence stands here', 'and a second one follows it with care', 'pin 7261-9931-0042']

const localPart = (index: number): string => `confidential.reader.${index}.end`

interface Plan {
  readonly domain: string
  readonly level: 'encrypted' | 'opportunistic'
  readonly route?: Readonly<Record<string, unknown>>
}

async function send(lab: Lab, { folder, settings }: Workplace, { domain, level, route }: Plan): Promise<void> {
  const file = join(folder, 'campaign.yaml')
  const campaign = {
    name: 'captured',
    list: 'list.csv',
    from: `Sender <${senderLocalPart}@client.test>`,
    subject,
    text: 'message.txt',
  }
  writeFileSync(file, JSON.stringify({ ...campaign, level, ...(route && { route }) }))
  const rows = Array.from({ length: size }, (_, index) => `${localPart(index)}@${domain}\n`)
  writeFileSync(join(folder, 'list.csv'), `email\n${rows.join('')}`)
  writeFileSync(join(folder, 'message.txt'), `${lines.join('\n')}\n`)
  const sent = await lab.run(sealpostCommand('send', file, '--settings', settings, '--json'), {
    cwd: repository,
    env: { ...process.env, SMTP_PASSWORD: password },
    timeout: 80_000,
  })
  expect(sent.status, sent.stderr).toBe(0)
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** What nobody may read. Local parts without domains: what is shorter is found more easily. */
const content = [...lines, subject, senderLocalPart, ...Array.from({ length: size }, (_, index) => localPart(index))]
/** As it is, and as AUTH PLAIN and AUTH LOGIN write it (RFC 4616 2). */
const secrets = [password, user, base64(password), base64(user), base64(`\0${user}\0${password}`)]

function findSecrets(capture: Capture): string[] {
  return [...content, ...secrets].filter((secret) => capture.holds(secret))
}

test('a campaign over TLS shows EHLO and STARTTLS, and nothing else of itself', async ({ lab }) => {
  const capture = await captureDuring(lab, async () => {
    await send(lab, createWorkplace(lab), { domain: 'postfix.test', level: 'encrypted' })
  })
  expect(await lab.server('postfix').collect()).toHaveLength(size)
  expect(capture.holds('EHLO client.test\r\n')).toBe(true)
  expect(capture.holds('STARTTLS\r\n')).toBe(true)
  // All of the mail is in there, in a form that nobody reads.
  const octets = capture.streams.reduce((sum, stream) => sum + stream.length, 0)
  expect(octets).toBeGreaterThan(size * lines.join().length)
  expect(capture.holds('MAIL FROM')).toBe(false)
  expect(findSecrets(capture)).toEqual([])
})

test('a relay gets the password, and nobody who listens does', async ({ lab }) => {
  const { host, name, identity } = lab.server('postfix')
  const port = 10_587
  const program = join(repository, 'test/interop/receiveWithLogin.ts')
  const words = [process.execPath, program, host.address, String(port), name, identity?.certificate ?? '', identity?.key ?? '']
  const [node = '', ...args] = inNamespace(host, [...words, user, password])
  const relay = spawn(node, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const said = createInterface({ input: relay.stdout })
  await once(said, 'line')
  const route = { relay: name, port, security: 'starttls', auth: { user, passwordEnv: 'SMTP_PASSWORD' } }
  const capture = await captureDuring(lab, async () => {
    await send(lab, createWorkplace(lab), { domain: 'elsewhere.test', level: 'encrypted', route })
  })
  const counted = once(said, 'line')
  relay.stdin.end()
  expect(await counted).toEqual([String(size)])
  expect(capture.holds('EHLO client.test\r\n')).toBe(true)
  expect(capture.holds('STARTTLS\r\n')).toBe(true)
  expect(capture.holds('AUTH PLAIN ')).toBe(false)
  expect(findSecrets(capture)).toEqual([])
})

test('the same search finds all of it where plaintext was allowed', async ({ lab }) => {
  const capture = await captureDuring(lab, async () => {
    await send(lab, createWorkplace(lab), { domain: 'postfix-plain.test', level: 'opportunistic' })
  })
  expect(await lab.server('postfix-plain').collect()).toHaveLength(size)
  expect(findSecrets(capture)).toEqual(content)
})
