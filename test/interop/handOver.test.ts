/** Debian's own servers take what Sealpost's client hands over in each of its ways, byte for byte, and Dovecot by LMTP. */
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import type { RawMessage } from './lab/client.ts'
import type { Lab, ServerName } from './lab/lab.ts'
import { repository } from './lab/requirement.ts'
import { testIn } from './lab/test.ts'

const test = testIn({ servers: ['postfix', 'exim', 'dovecot'] })
const ways = [
  ['across', 'data'],
  ['across', 'bdat'],
  ['within', 'data'],
  ['none', 'bdat'],
] as const

function write(recipient: string, number: number): RawMessage {
  const body = ['.', '..', '.dot', 'From here', 'x'.repeat(998), '']
  return {
    recipient,
    content: [`From: news@client.test`, `Subject: ${number}`, `Message-ID: <${number}@client.test>`, '', ...body].join('\r\n'),
  }
}

async function handOver(lab: Lab, name: ServerName, port: number, words: readonly string[], messages: readonly RawMessage[]) {
  const { host, name: mx } = lab.server(name)
  const program = join(repository, 'test/interop/handOver.ts')
  const { status, stdout, stderr } = await lab.run(
    [process.execPath, program, host.address, String(port), mx, lab.authority, ...words],
    { input: JSON.stringify(messages) },
  )
  expect(status, stderr).toBe(0)
  return JSON.parse(stdout) as { kinds: string[][]; misbehaved: string | null }
}

describe.each(['postfix', 'exim'] as const)('%s', (name) => {
  test.for(ways)('takes 20 messages on one connection: %s, %s', async ([pipelining, carry], { lab }) => {
    const sent = Array.from({ length: 20 }, (_, number) => write(`${pipelining}${carry}${number}@${name}.test`, number))
    const { kinds, misbehaved } = await handOver(lab, name, 25, ['smtp', pipelining, carry], sent)
    expect(misbehaved).toBeNull()
    expect(kinds).toEqual(sent.map(() => ['accepted']))
    const found = (await lab.server(name).collect()).filter(({ recipient }) => recipient.startsWith(`${pipelining}${carry}`))
    expect(found.map(({ recipient, content }) => `${recipient}\n${content.toString()}`).toSorted()).toEqual(
      sent.map(({ recipient, content }) => `${recipient}\n${content.replaceAll('\r\n', '\n')}`).toSorted(),
    )
  })
})

describe('dovecot', () => {
  test.for(ways)('takes messages by LMTP after STARTTLS, an answer a recipient: %s, %s', async ([pipelining, carry], { lab }) => {
    const sent = Array.from({ length: 5 }, (_, number) => write(`a${number}@dovecot.test,b${number}@dovecot.test`, number))
    const { kinds, misbehaved } = await handOver(lab, 'dovecot', 24, ['lmtp', pipelining, carry], sent)
    expect({ kinds, misbehaved }).toEqual({ kinds: sent.map(() => ['accepted', 'accepted']), misbehaved: null })
  })
})
