/**
 * Connects to one mail server time and again, as a sender with its tickets does: `node resumeTls.ts ADDRESS PORT NAME
 * CA_FILE COUNT`, where a sixth argument `full` leaves the tickets out. Prints `Resumption`s as JSON.
 */
import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { systemClock } from '../../src/clock.ts'
import { decideDelivery, decideDemand, decidePolicy, judgeHop, plainGround } from '../../src/policy/index.ts'
import { keyOf, openResumed } from '../../src/queue/resume.ts'
import { TicketStore } from '../../src/queue/ticket.ts'
import { type HopOptions, dial } from '../../src/starttls/index.ts'
import { Trust } from '../../src/tls/index.ts'
import type { Resumption } from './lab/resume.ts'

const [address = '', port = '', host = '', authority = '', count = '', full] = process.argv.slice(2)
const limit = 10_000
const options: HopOptions = {
  protocol: 'smtp',
  names: ['client.test'],
  security: 'starttls',
  probe: false,
  sni: true,
  servername: host,
  trust: new Trust([readFileSync(authority, 'utf8')]),
  floor: 'TLSv1.2',
  timeouts: { connect: limit, greeting: limit, command: limit, handshake: limit },
  clock: systemClock,
  dialer: dial,
}
const policy = decidePolicy({
  domain: host,
  campaign: 'authenticated',
  domains: {},
  floor: 'TLSv1.2',
  login: false,
  sts: { kind: 'none' },
})
const demand = decideDemand(policy, plainGround(true))
if (demand.kind !== 'use') throw new Error(demand.reason)
const endpoint = { host, address, port: Number(port) }
const tickets = full === 'full' ? undefined : new TicketStore()
const found: Resumption[] = []
for (let number = 0; number < Number(count); number++) {
  const start = performance.now()
  const { hop, judgement } = await openResumed(endpoint, options, {
    tickets,
    key: keyOf(endpoint, options, policy, demand, 'user'),
    judge: ({ record, end }) => {
      const judgement = judgeHop(record, end, 'user', systemClock.now())
      return { judgement, decision: decideDelivery(demand, judgement, record.tls) }
    },
  })
  const ms = performance.now() - start
  await hop.leave()
  const { version = 'none', resumed = false } = hop.record.tls ?? {}
  found.push({ verdict: judgement.verdict, version, resumed, ms })
}
process.stdout.write(JSON.stringify(found))
