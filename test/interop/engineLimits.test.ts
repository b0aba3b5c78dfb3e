/** Servers that put strangers off, or give each client so much and no more: all arrives in the end, without a storm. */
import { describe, expect, test } from 'vitest'
import { collectHashes, hashesOf, letters, runEngine } from './lab/engine.ts'
import { type Lab, type ServerName, startLab } from './lab/lab.ts'

async function countLogged(lab: Lab, name: ServerName, pattern: RegExp): Promise<number> {
  return [...(await lab.server(name).readLog()).matchAll(pattern)].length
}

const connects = / postfix\/smtpd\[\d+\]: connect from unknown\[10\.77\.0\.1\]/g

describe('a Postfix that greylists', () => {
  test('takes everything at the second try, and its delay is learnt', async () => {
    await using lab = await startLab({ servers: ['postfix-grey'] })
    const sent = letters('postfix-grey', 'dots', 60)
    const before = await countLogged(lab, 'postfix-grey', connects)
    // Its two seconds are two hundred for the engine, which comes again after five minutes.
    const { counts, reasons, delays } = await runEngine(lab, 'postfix-grey', sent, { hurry: 100 })
    expect(counts, JSON.stringify(reasons)).toMatchObject({ sent: 60 })
    expect(await collectHashes(lab, 'postfix-grey', sent)).toEqual(hashesOf(sent))
    const put = await countLogged(lab, 'postfix-grey', /Greylisted, see RFC 6647/g)
    expect(put).toBeGreaterThanOrEqual(60)
    expect(put).toBeLessThanOrEqual(120)
    expect(delays['mx.postfix-grey.test']).toBeGreaterThan(0)
    expect((await countLogged(lab, 'postfix-grey', connects)) - before).toBeLessThanOrEqual(60)
  })
})

describe('a Postfix behind postscreen', () => {
  test('is waited for, puts the first off, and then has everything', async () => {
    await using lab = await startLab({ servers: ['postfix-screened'] })
    const sent = letters('postfix-screened', 'dots', 60)
    const { counts, reasons } = await runEngine(lab, 'postfix-screened', sent, { hurry: 100 })
    expect(counts, JSON.stringify(reasons)).toMatchObject({ sent: 60 })
    expect(await collectHashes(lab, 'postfix-screened', sent)).toEqual(hashesOf(sent))
    const log = await lab.server('postfix-screened').readLog()
    expect(log).toMatch(/postscreen\[\d+\]: PASS NEW \[10\.77\.0\.1\]/)
    expect(log).not.toMatch(/PREGREET|COMMAND PIPELINING|BARE NEWLINE|NON-SMTP COMMAND/)
    expect(await countLogged(lab, 'postfix-screened', /postscreen\[\d+\]: CONNECT from \[10\.77\.0\.1\]/g)).toBeLessThanOrEqual(
      60,
    )
  })
})

describe.each([
  ['connections at a time', { smtpd_client_connection_count_limit: '1' }, 30, 20],
  ['connections a minute', { smtpd_client_connection_rate_limit: '2', anvil_rate_time_unit: '2s' }, 30, 40],
  ['messages a minute', { smtpd_client_message_rate_limit: '15', anvil_rate_time_unit: '2s' }, 1_000, 80],
] as const)('a Postfix that limits %s', (_, limits, hurry, most) => {
  test('has everything in the end', async () => {
    await using lab = await startLab({ servers: ['postfix'], settings: { postfix: limits } })
    const sent = letters('postfix', 'dots', 60)
    const { counts, reasons } = await runEngine(lab, 'postfix', sent, {
      rule: { connections: 8, messagesPerConnection: 10 },
      hurry,
    })
    expect(counts, JSON.stringify(reasons)).toMatchObject({ sent: 60 })
    expect(await collectHashes(lab, 'postfix', sent)).toEqual(hashesOf(sent))
    expect(await countLogged(lab, 'postfix', /(?:limit exceeded|too many|too much)/g)).toBeGreaterThan(0)
    expect(await countLogged(lab, 'postfix', connects)).toBeLessThanOrEqual(most)
  })
})

const eximConnects = /SMTP connection from .*10\.77\.0\.1/g

describe.each([
  ['messages a connection', { smtp_accept_max_per_connection: '5' }, 30, 40],
  ['connections at a time', { smtp_accept_max: '20', smtp_accept_max_per_host: '1' }, 30, 30],
] as const)('an Exim that limits %s', (_, limits, hurry, most) => {
  test('has everything in the end', async () => {
    await using lab = await startLab({
      servers: ['exim'],
      settings: { exim: { log_selector: '+smtp_connection', pipelining_connect_advertise_hosts: '*', ...limits } },
    })
    const sent = letters('exim', 'dots', 60)
    const { counts, reasons } = await runEngine(lab, 'exim', sent, { rule: { connections: 8 }, hurry })
    expect(counts, JSON.stringify(reasons)).toMatchObject({ sent: 60 })
    expect(await collectHashes(lab, 'exim', sent)).toEqual(hashesOf(sent))
    expect(await countLogged(lab, 'exim', eximConnects)).toBeLessThanOrEqual(most)
  })
})
