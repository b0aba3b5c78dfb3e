/*
 * The threat: a box between us and the server takes the offer of STARTTLS out of its answer to EHLO. Providers of
 * access have done it, firewalls do it by default. An opportunistic sender shrugs and sends the message in the clear,
 * to the box as well.
 */
import { connect } from 'node:net'
import { Transform, pipeline } from 'node:stream'
import { expect, it } from 'vitest'
import { exitOf } from '../../src/cli/check.ts'
import { decideDelivery, decideDemand, decidePolicy, plainGround, judgeHop, levels } from '../../src/policy/index.ts'
import type { Hop } from '../../src/starttls/index.ts'
import { type Place, startRecorder, startScriptedServer, startStripper } from '../../src/world/index.ts'
import { hopTo } from '../support/attack.ts'
import { checkIn } from '../support/checkWith.ts'
import { authority, mx, startLab } from '../support/lab.ts'
import { publicAddress } from '../support/network.ts'
import { startRawServer } from '../support/rawServer.ts'

async function startGood() {
  const identity = await authority.issue({ names: [mx] })
  return startScriptedServer({ hostname: mx, tls: { identity } })
}

/** A box that cuts the line out altogether, so that nothing hints at it. */
async function startCutter(target: Place) {
  return startRawServer(({ socket }) => {
    const cut = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        const text = chunk.toString('latin1')
        done(null, Buffer.from(text.replace('250-ENHANCEDSTATUSCODES\r\n250 STARTTLS', '250 ENHANCEDSTATUSCODES'), 'latin1'))
      },
    })
    const behind = connect({ host: target.host, port: target.port })
    socket.removeAllListeners('data')
    pipeline(socket, behind, () => undefined)
    pipeline(behind, cut, socket, () => undefined)
  })
}

/** What a campaign does with a message for a hop like that, at each level. */
function decide({ record, end }: Hop): string[] {
  const judgement = judgeHop(record, end, 'dns', Date.now())
  return levels.map((campaign) => {
    const policy = decidePolicy({
      domain: 'example.test',
      campaign,
      domains: {},
      floor: 'TLSv1.2',
      login: false,
      sts: { kind: 'not-asked' },
    })
    return `${campaign}: ${decideDelivery(decideDemand(policy, plainGround(false)), judgement, record.tls).kind}`
  })
}

const held = ['opportunistic: deliver', 'encrypted: hold', 'valid: hold', 'authenticated: hold']

it('case 20: the sender asks for nothing, leaves, and holds the message', async () => {
  await using good = await startGood()
  await using box = await startStripper({ host: '127.0.0.1', port: 0, target: good })
  await using tap = await startRecorder({ host: '127.0.0.1', port: 0, target: box })
  const hop = await hopTo(tap)
  expect(hop.end).toEqual({ kind: 'not-offered' })
  expect(hop.channel).toBeUndefined()
  await tap.connections[0]?.closed
  expect(tap.connections[0]?.fromClient.toString('latin1')).toBe('EHLO client.test\r\nQUIT\r\n')
  expect(good.connections[0]?.handshakeCompleted).toBe(false)
  expect(decide(hop)).toEqual(held)
})

it('case 20: an examination says that something on the way is at work', async () => {
  await using lab = await startLab()
  const server = await lab.addServer()
  await using box = await startStripper({ host: '127.0.0.1', port: 0, target: server })
  lab.network.put(publicAddress, 25, box)
  const { host, findings, exit } = await checkIn(lab, server)
  expect(host).toMatchObject({ verdict: 'plaintext', cause: 'mangled', grade: 'F' })
  expect(Object.keys(findings)).toEqual(['starttls-mangled'])
  expect(exit).toBe(1)
})

it('case 21: a box that leaves no trace is found, because an examination asks all the same', async () => {
  await using lab = await startLab()
  const server = await lab.addServer()
  await using box = await startCutter(server)
  lab.network.put(publicAddress, 25, box)
  const { result, host, findings } = await checkIn(lab, server)
  expect(host).toMatchObject({ verdict: 'plaintext', cause: 'hidden', grade: 'F' })
  expect(Object.keys(findings)).toEqual(['starttls-hidden'])
  expect(exitOf([result], 'encrypted')).toBe(1)
})

it('case 21: the sender holds the message there too', async () => {
  await using good = await startGood()
  await using box = await startCutter(good)
  const hop = await hopTo(box)
  expect(hop.end).toEqual({ kind: 'not-offered' })
  expect(hop.channel).toBeUndefined()
  expect(decide(hop)).toEqual(held)
})

it.each([
  ['refuses STARTTLS for good', { starttls: '554 5.7.3 Unable to initialize security subsystem\r\n' }, 'hold'],
  ['refuses STARTTLS for now', { starttls: '454 4.7.0 TLS not available\r\n' }, 'defer'],
  ['answers the ClientHello with text', { handshake: 'garbage' }, 'hold'],
  ['closes on the ClientHello', { handshake: 'close' }, 'hold'],
  ['is silent on the ClientHello', { handshake: 'silence' }, 'hold'],
  ['slips words in', { afterStarttls: '250 ok\r\n' }, 'hold'],
] as const)('a box that %s drives no message into the clear, at any level above opportunistic', async (_, script, kind) => {
  await using server = await startScriptedServer({ hostname: mx, ...script })
  const hop = await hopTo(server)
  expect(hop.channel).toBeUndefined()
  expect(decide(hop).slice(1)).toEqual([`encrypted: ${kind}`, `valid: ${kind}`, `authenticated: ${kind}`])
  expect(server.messages).toEqual([])
})

it('a box that puts its own certificate in the way is encrypted to the box: held from `valid` up', async () => {
  const identity = await authority.issue({ names: [mx], selfSigned: true })
  await using server = await startScriptedServer({ hostname: mx, tls: { identity } })
  const hop = await hopTo(server)
  expect(decide(hop)).toEqual(['opportunistic: deliver', 'encrypted: deliver', 'valid: hold', 'authenticated: hold'])
})
