/*
 * The threat, to our good name: many servers (postscreen, greet_pause, Exchange) keep a new client waiting and refuse
 * the one that speaks before it was greeted, as only a bot does. A checker that writes its EHLO at once would be told
 * "554", believe the server refuses everybody, and land on a blocklist.
 */
import { expect, it } from 'vitest'
import { attackWith, hopTo, reachStarttls } from '../support/attack.ts'
import { VirtualClock } from '../support/clock.ts'
import { startRawServer } from '../support/rawServer.ts'

const refusal = '554 5.5.1 Error: SMTP protocol synchronization\r\n'

it.each([0, 1, 6, 20, 30, 120])('case 4: not a byte is sent in the %d s before the greeting', async (seconds) => {
  const early: string[] = []
  const { host, findings } = await attackWith(async (peer, clock) => {
    if (seconds > 0) await clock.sleep(seconds * 1_000)
    early.push(peer.received)
    await peer.write(peer.received === '' ? '220 mx.example.test ESMTP\r\n' : refusal)
    await peer.waitFor(/EHLO/)
    await peer.write('250 mx.example.test\r\n')
    await peer.waitFor(/STARTTLS/)
    await peer.write('502 What?\r\n')
  })
  expect(early).toEqual([''])
  expect(host).toMatchObject({ verdict: 'plaintext', cause: 'not-offered' })
  expect(findings['slow-greeting']).toBe(seconds >= 5 ? `info: greeting after ${seconds} s` : undefined)
})

it('case 4: nor between the lines of a greeting that is not finished (postscreen teergrube)', async () => {
  const early: string[] = []
  const { host } = await attackWith(async (peer, clock) => {
    for (const line of ['220-mx.example.test\r\n', '220-wait\r\n', '220 go\r\n']) {
      await clock.sleep(6_000)
      early.push(peer.received)
      await peer.write(peer.received === '' ? line : refusal)
    }
    await peer.waitFor(/EHLO/)
    await peer.write('250 mx.example.test\r\n')
    await peer.waitFor(/STARTTLS/)
    await peer.write('502 What?\r\n')
  })
  expect(early).toEqual(['', '', ''])
  expect(host).toMatchObject({ verdict: 'plaintext', cause: 'not-offered' })
})

it('nor is a command sent before the last was answered, so pipelining is never seen', async () => {
  const seen: string[] = []
  await attackWith(async (peer, clock) => {
    await peer.write('220 mx.example.test ESMTP\r\n')
    await peer.waitFor(/EHLO.*\r\n/)
    await clock.sleep(10_000)
    seen.push(peer.received)
    await peer.write('250-mx.example.test\r\n250-PIPELINING\r\n')
    await clock.sleep(10_000)
    seen.push(peer.received)
    await peer.write('250 STARTTLS\r\n')
    await peer.waitFor(/STARTTLS\r\n/)
    await clock.sleep(10_000)
    seen.push(peer.received)
    await peer.write('220-go\r\n')
    await clock.sleep(10_000)
    seen.push(peer.received)
  })
  const upgrade = 'EHLO client.test\r\nSTARTTLS\r\n'
  expect(seen.slice(0, 4)).toEqual(['EHLO client.test\r\n', 'EHLO client.test\r\n', upgrade, upgrade])
})

it('a sender waits as patiently', async () => {
  const clock = new VirtualClock()
  let early: string | undefined
  await using server = await startRawServer(async (peer) => {
    await clock.sleep(45_000)
    early = peer.received
    await reachStarttls(peer, '454 not now\r\n')
  })
  const { end, record } = await hopTo(server, { clock })
  expect(early).toBe('')
  expect(end).toMatchObject({ kind: 'answered', stage: 'starttls', said: { standing: 'later', reply: { code: 454 } } })
  expect(record.greetingMs).toBe(45_000)
})
