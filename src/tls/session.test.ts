import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type SecureVersion, connect, createServer } from 'node:tls'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAuthority } from '../world/index.ts'
import { readSession } from './session.ts'

const authority = await createAuthority()
const identity = await authority.issue({ names: ['mx.example.test'] })

async function openSession(maxVersion: SecureVersion): Promise<Buffer> {
  const server = createServer({ ...identity, maxVersion }, (socket) => {
    socket.end('220 ready\r\n')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', rejectUnauthorized: false })
  const [session] = (await once(socket, 'session')) as [Buffer]
  socket.destroy()
  server.close()
  return session
}

test.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'a session of %s holds its ticket with its lifetime, the certificate, and no early data',
  async (version) => {
    const session = await openSession(version)
    const facts = readSession(session)
    expect(facts?.ticket?.length).toBeGreaterThan(100)
    expect(session.includes(facts?.ticket ?? Buffer.of(1))).toBe(true)
    expect(facts?.earlyData).toBe(0)
    expect(facts?.leaf).toEqual(new X509Certificate(identity.cert).raw)
    // Node's servers mean to know it for two hours.
    expect(facts?.lifetime).toBe(7200)
    if (version === 'TLSv1.2') expect(facts?.extendedMasterSecret).toBe(true)
  },
)

test('octets of any kind give undefined or facts', async () => {
  const session = await openSession('TLSv1.2')
  for (let end = 0; end < session.length; end++) expect(readSession(session.subarray(0, end))).toBeUndefined()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
      readSession(Buffer.from(noise))
    }),
  )
})
