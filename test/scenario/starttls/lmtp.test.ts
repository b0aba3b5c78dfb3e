import { expect, it } from 'vitest'
import { examineMail } from '../../support/mailHop.ts'

it('case 48: LMTP is spoken to with LHLO, in the clear and inside TLS, and EHLO is never said', async () => {
  const { hop, judgement, server } = await examineMail({ protocol: 'lmtp' })
  expect(judgement).toMatchObject({ verdict: 'authenticated', cause: 'user-named' })
  // Who hands mail over it must know: LMTP answers a message once for each recipient (RFC 2033 4.2).
  expect(hop.channel?.protocol).toBe('lmtp')
  expect(server.connections[0]).toEqual({
    clear: ['LHLO client.test', 'STARTTLS'],
    secure: ['LHLO client.test', 'QUIT'],
    handshakes: 1,
  })
})

it('case 48: an LMTP server that refuses LHLO is not tried with HELO', async () => {
  const { judgement, server } = await examineMail({
    protocol: 'lmtp',
    answer: ({ verb }) => (verb === 'LHLO' ? '550 5.7.1 No\r\n' : undefined),
  })
  expect(judgement).toMatchObject({ verdict: 'refused', cause: 'name-refused', quote: '550 5.7.1 No' })
  expect(server.connections[0]?.clear).toEqual(['LHLO client.test', 'QUIT'])
})

it('case 48: an SMTP server asked by LHLO refuses it, and the words say which command it was', async () => {
  const { judgement } = await examineMail({
    protocol: 'lmtp',
    answer: ({ verb }) => (verb === 'LHLO' ? '421 4.3.2 Busy\r\n' : undefined),
  })
  expect(judgement).toMatchObject({ verdict: 'refused', words: 'the server refuses us for now in answer to LHLO' })
})

it('case 23: STARTTLS refused', async () => {
  const { judgement } = await examineMail({
    protocol: 'lmtp',
    answer: ({ verb }) => (verb === 'STARTTLS' ? '454 4.7.0 Later\r\n' : undefined),
  })
  expect(judgement).toMatchObject({ verdict: 'temporary', cause: 'starttls-4xx' })
})
