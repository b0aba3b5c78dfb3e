/** What a domain names for its users in SRV records (RFC 6186, RFC 8314 5.1, RFC 5804 1.8). */
import { expect, it } from 'vitest'
import { examine, targetOf } from '../../../src/check/index.ts'
import { lookupMailServices } from '../../../src/dns/index.ts'
import type { Zone } from '../../../src/world/index.ts'
import { mx, startLab } from '../../support/lab.ts'

const srv = (port: number, target = mx, priority = 0) => [{ priority, weight: 0, port, target }]

async function lookup(zone: Zone) {
  const lab = await startLab({ zone })
  const { resolver } = lab.context
  return { lab, ...(await lookupMailServices(resolver, 'example.test')) }
}

it('each service is found, the preferred host first', async () => {
  const { lab, found, failed } = await lookup({
    '_submissions._tcp.example.test': { SRV: srv(465) },
    '_imaps._tcp.example.test': { SRV: [...srv(993, 'second.example.test', 20), ...srv(993, mx, 10)] },
    '_sieve._tcp.example.test': { SRV: srv(4190) },
  })
  await using _ = lab
  expect(found).toEqual([
    { service: 'submissions', host: mx, port: 465 },
    { service: 'imaps', host: mx, port: 993 },
    { service: 'imaps', host: 'second.example.test', port: 993 },
    { service: 'sieve', host: mx, port: 4190 },
  ])
  expect(failed).toEqual([])
})

it('a target of "." says that the service is not there, and a failure is not an absence', async () => {
  const { lab, found, failed } = await lookup({
    '_pop3._tcp.example.test': { SRV: srv(0, '.') },
    '_imap._tcp.example.test': 'SERVFAIL',
  })
  await using _ = lab
  expect(found).toEqual([])
  expect(failed).toEqual(['imap'])
})

it('a server found so is valid at most, as unsigned DNS is', async () => {
  await using lab = await startLab()
  await lab.addServer(undefined, { port: 465, script: { implicitTls: true } })
  const result = await examine(targetOf({ service: 'submissions', host: mx, port: 465 }), lab.context)
  expect(result).toMatchObject({ verdict: 'valid', target: `submissions://${mx}:465` })
})

it('and is not dialled where its address is a private one', async () => {
  await using lab = await startLab({ zone: { 'inside.example.test': { A: ['10.0.0.5'] } } })
  const result = await examine(targetOf({ service: 'imaps', host: 'inside.example.test', port: 993 }), lab.context)
  expect(result).toMatchObject({ verdict: 'broken', cause: 'private-address' })
  expect(lab.network.dialed).toEqual([])
})

it('a resolver that is asked by a hostile zone keeps few hosts', async () => {
  const many = Array.from({ length: 100 }, (_, at) => ({ priority: at, weight: 0, port: 993, target: `h${at}.example.test` }))
  const { lab, found } = await lookup({ '_imaps._tcp.example.test': { SRV: many } })
  await using _ = lab
  expect(found.length).toBeLessThanOrEqual(5)
})
