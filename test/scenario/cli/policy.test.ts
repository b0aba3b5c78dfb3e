/** `sealpost policy` as a person runs it, against a DNS server of the mail world. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { QueueDatabase, SqliteHostMemory } from '../../../src/store/index.ts'
import { join } from 'node:path'
import { type Desk, openDesk } from '../../support/cli.ts'
import { VirtualClock } from '../../support/clock.ts'
import { readLogTexts } from '../../support/readLog.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(async () => {
  await desk[Symbol.asyncDispose]()
})

describe('sealpost policy', () => {
  it('tells each step for each host, and that nobody believes the DNS', async () => {
    const { exit, stdout } = await desk.run('policy', 'valid.test', 'plain.test')
    expect(stdout).toMatch(/^valid\.test: MX records, not signed/)
    expect(stdout).toContain('DNSSEC: not believed')
    expect(stdout).toMatch(/MX \d+ mx\.valid\.test: must be encrypted \(any certificate\)/)
    expect(stdout).toContain('1. sender: the campaign asks for encrypted')
    expect(stdout).toMatch(/2\. dane: /)
    expect(exit).toBe(0)
  })

  it('gives the same as JSON', async () => {
    const { stdout } = await desk.run('policy', '--json', '--level', 'valid', 'valid.test')
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'sealpost/policy@1',
      dnssec: { kind: 'untrusted' },
      domains: [{ domain: 'valid.test', level: 'valid', hosts: [{ demand: 'valid', voucher: 'dns', forwardSecrecy: true }] }],
    })
  })

  it('says by its exit that mail would wait whatever the host shows, or that nobody can tell', async () => {
    // Nobody vouches for the name, and whether DANE would, a resolver that is not believed cannot say.
    expect((await desk.run('policy', '--level', 'authenticated', 'valid.test')).exit).toBe(3)
    expect((await desk.run('policy', '--level', 'valid', 'valid.test')).exit).toBe(0)
  })

  it('tells of a domain that is not there; exit 3', async () => {
    const { exit, stdout } = await desk.run('policy', 'nowhere.test')
    expect(stdout).toContain('nowhere.test: it does not exist')
    expect(exit).toBe(3)
  })

  it('lists hosts that are suspected of a downgrade, and lets them go', async () => {
    const clock = new VirtualClock()
    const judged = (verdict: 'valid' | 'plaintext') => ({ judgement: { verdict, cause: 'c', words: 'w' }, key: undefined })
    using memory = SqliteHostMemory.open(join(desk.folder, 'data'), clock)
    expect((await desk.run('policy', '--release')).stdout).toBe('No host is suspected of a downgrade.\n')
    await memory.note('mx.gone.test', judged('valid'))
    await memory.note('mx.gone.test', judged('plaintext'))
    const listed = await desk.run('policy', '--release')
    expect(listed.stdout).toMatch(/^mx\.gone\.test: suspected; STARTTLS until /)
    expect(listed.exit).toBe(1)
    expect((await memory.recall('mx.gone.test')).kind).toBe('suspected')
    // While a campaign is sent the log has its writer, and what cannot be recorded is not done.
    {
      await using _sending = await QueueDatabase.open(join(desk.folder, 'data'))
      expect(await desk.run('policy', '--release', 'mx.gone.test')).toMatchObject({ exit: 2, stdout: '' })
      expect((await memory.recall('mx.gone.test')).kind).toBe('suspected')
    }
    expect((await desk.run('policy', '--release', 'MX.gone.test.')).exit).toBe(0)
    const log = (await readLogTexts(join(desk.folder, 'data'))).join('\n')
    expect(log).toMatch(/"act":"host-released","detail":\{"missing":/)
    // A domain of one person names that person, and so does its server.
    expect(log).not.toContain('mx.gone.test')
    expect((await desk.run('verify', 'data')).exit).toBe(0)
    // Nobody was written to yet: that somebody was released is no reason to doubt the queue.
    expect((await desk.run('send', 'campaign.yaml')).exit).toBe(0)
    expect((await memory.recall('mx.gone.test')).kind).toBe('none')
    expect((await desk.run('policy', '--release', 'mx.other.test')).exit).toBe(1)
  })

  it.each<[string, readonly string[], RegExp]>([
    ['no domain', ['policy'], /No domain is named/],
    ['nonsense', ['policy', 'not a domain'], /Name a domain/],
    ['a level that is none', ['policy', '--level', 'best', 'valid.test'], /best/],
  ])('%s: one message, exit 2', async (_, words, what) => {
    const { exit, stderr, stdout } = await desk.run(...words)
    expect(stderr).toMatch(what)
    expect(stdout).toBe('')
    expect(exit).toBe(2)
  })
})
