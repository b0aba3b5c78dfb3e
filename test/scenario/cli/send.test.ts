import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import type { CampaignReport, Preflight } from '../../../src/report/index.ts'
import { SqliteHostMemory } from '../../../src/store/index.ts'
import { openDesk } from '../../support/cli.ts'
import { readLogTexts } from '../../support/readLog.ts'

const people = (count: number, domain: string) => Array.from({ length: count }, (_, index) => `p${index}@${domain}`)

describe('sealpost send', () => {
  it('sends what can travel encrypted, holds the rest, and says so (exit 1)', async () => {
    await using desk = await openDesk({
      recipients: [
        ...people(5, 'valid.test'),
        ...people(4, 'plain.test'),
        ...people(3, 'stripped.test'),
        ...people(2, 'busy.test'),
        'x@nomail.test',
      ],
    })
    const { exit, stdout } = await desk.run('send', 'campaign.yaml', '--json')
    const report = JSON.parse(stdout) as CampaignReport
    expect(report.summary).toMatchObject({ total: 15, sent: 5, held: 7, deferred: 2, failed: 1, plaintext: 0, valid: 5 })
    expect(report.evidence).toMatchObject({ status: 'intact', failure: null })
    expect(exit).toBe(1)
    expect(desk.world.received()).toEqual({ total: 5, plaintext: 0 })
    expect((await desk.run('verify', 'data')).exit).toBe(0)
  })

  it('goes on where it was: run again, it sends to nobody twice, and tries what is held when told to', async () => {
    await using desk = await openDesk({ recipients: [...people(3, 'valid.test'), ...people(2, 'plain.test')] })
    expect((await desk.run('send', 'campaign.yaml')).exit).toBe(1)
    expect((await desk.run('send', 'campaign.yaml', '--now')).exit).toBe(1)
    expect(desk.world.received().total).toBe(3)
  })

  it('exits 0 when all was sent', async () => {
    await using desk = await openDesk({ recipients: people(3, 'valid.test') })
    const { exit, stdout } = await desk.run('send', 'campaign.yaml')
    expect(stdout).toContain('3 of 3 messages were sent (100%).')
    expect(exit).toBe(0)
  })

  it('looks at everything with --dry-run, and sends and writes nothing', async () => {
    await using desk = await openDesk({
      recipients: [...people(3, 'valid.test'), ...people(2, 'plain.test'), 'P0@valid.test', 'nonsense'],
    })
    const { exit, stdout } = await desk.run('send', 'campaign.yaml', '--dry-run', '--json')
    const preflight = JSON.parse(stdout) as Preflight
    expect(preflight).toMatchObject({
      summary: { send: 3, hold: 2, later: 0, fail: 0 },
      list: { recipients: 5, duplicates: 1, invalid: 1 },
    })
    expect(exit).toBe(1)
    expect(desk.world.received().total).toBe(0)
    await expect(stat(join(desk.folder, 'data'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('foresees with --dry-run what the memory of a host will hold back', async () => {
    await using desk = await openDesk({ recipients: people(2, 'plain.test'), campaign: 'level: opportunistic\n' })
    const foresee = async () => JSON.parse((await desk.run('send', 'campaign.yaml', '--dry-run', '--json')).stdout) as Preflight
    expect(await foresee()).toMatchObject({ summary: { send: 2, hold: 0 } })
    using memory = SqliteHostMemory.open(join(desk.folder, 'data'), systemClock)
    await memory.note('mx.plain.test', { judgement: { verdict: 'valid', cause: 'pkix', words: 'w' }, key: undefined })
    expect(await foresee()).toMatchObject({ summary: { send: 0, hold: 2 } })
    expect((await memory.recall('mx.plain.test')).kind).toBe('offered')
  })

  it.each(['policy.db', 'memory.db'])('does not send as if nothing were known where %s is damaged', async (name) => {
    await using desk = await openDesk({ recipients: people(2, 'valid.test') })
    await mkdir(join(desk.folder, 'data'))
    await writeFile(join(desk.folder, 'data', name), 'not a database, and long enough to be read as one'.repeat(100))
    for (const words of [
      ['send', 'campaign.yaml'],
      ['send', 'campaign.yaml', '--dry-run'],
      ['policy', 'valid.test'],
    ]) {
      const { exit, stderr, stdout } = await desk.run(...words)
      expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' })
      expect(stderr).toContain(name)
    }
    expect(desk.world.received().total).toBe(0)
  })

  it('goes by way of a relay with a log-in, by STARTTLS and by implicit TLS, and shows no secret', async () => {
    await using desk = await openDesk({ recipients: people(3, 'valid.test') })
    const { relay } = desk.world
    await desk.write('password', `${relay.password}\n`)
    for (const [name, port] of [
      ['starttls', relay.port],
      ['implicit', relay.tlsPort],
    ] as const) {
      await desk.write(
        `${name}.yaml`,
        `name: ${name}\nlist: ./list.csv\nfrom: news@shop.example\nsubject: Hi\ntext: ./message.txt\nlevel: authenticated\nroute: { relay: ${relay.host}, port: ${port}, security: ${name}, auth: { user: ${relay.user}, passwordFile: ./password } }\n`,
      )
      expect(await desk.run('send', `${name}.yaml`, '--dry-run')).toMatchObject({
        exit: 0,
        stdout: expect.stringContaining('3 of 3 recipients') as string,
      })
      const { exit, stdout, stderr } = await desk.run('send', `${name}.yaml`, '--json')
      expect((JSON.parse(stdout) as CampaignReport).summary, stderr).toMatchObject({ sent: 3, authenticated: 3 })
      expect(exit).toBe(0)
      expect(stdout + stderr).not.toContain(relay.password)
    }
    expect(desk.world.received('relay.test')).toEqual({ total: 6, plaintext: 0 })
    const log = (await readLogTexts(join(desk.folder, 'data'))).join('\n')
    expect(log).not.toContain(relay.password)
  })

  it('puts off what a relay refuses to log in, with the reason', async () => {
    await using desk = await openDesk({ recipients: people(2, 'valid.test'), env: { PASSWORD: 'wrong-secret' } })
    const { relay } = desk.world
    await desk.write(
      'relay.yaml',
      `name: relay\nlist: ./list.csv\nfrom: news@shop.example\nsubject: Hi\ntext: ./message.txt\nroute: { relay: ${relay.host}, port: ${relay.port}, auth: { user: ${relay.user}, passwordEnv: PASSWORD } }\n`,
    )
    const { exit, stdout } = await desk.run('send', 'relay.yaml')
    expect(stdout).toContain('the relay refuses the user name or password')
    expect(stdout).not.toContain('wrong-secret')
    expect(exit).toBe(3)
  })
})

describe('--wait', () => {
  it('stays until what was put off is sent', async () => {
    await using desk = await openDesk({
      recipients: ['ada@valid.test', 'eve@late.test'],
      settings: 'delivery: { retry: [1s] }\n',
    })
    desk.world.dnsServer.set('late.test', 'SERVFAIL')
    const run = desk.start('send', 'campaign.yaml', '--wait')
    await untilReceived(desk.world, 1)
    desk.world.dnsServer.set('late.test', { MX: [{ preference: 10, exchange: 'mx.valid.test' }] })
    expect(await run.done).toMatchObject({ exit: 0, stdout: expect.stringContaining('2 of 2 messages were sent') as string })
    expect(desk.world.received().total).toBe(2)
  })
})

describe('REQUIRETLS', () => {
  it('is not forgotten: without anybody to vouch for the host the message is held', async () => {
    await using desk = await openDesk({ recipients: people(2, 'valid.test'), campaign: 'requireTls: true\n' })
    const sent = await desk.run('send', 'campaign.yaml', '--json')
    expect(sent.exit).toBe(1)
    expect(JSON.parse(sent.stdout)).toMatchObject({ summary: { total: 2, sent: 0, held: 2 } })
    expect(desk.world.received().total).toBe(0)
  })
})

describe('interrupted', () => {
  it('stops in good order at the first signal and goes on at the next run, to nobody twice', async () => {
    await using desk = await openDesk({ recipients: people(1500, 'valid.test') })
    const first = desk.start('send', 'campaign.yaml')
    await untilReceived(desk.world, 50)
    first.child.kill('SIGINT')
    expect((await first.done).exit).toBe(130)
    const before = desk.world.received().total
    expect(before).toBeLessThan(1500)
    expect((await desk.run('verify', 'data')).exit).toBe(0)
    expect((await desk.run('send', 'campaign.yaml')).exit).toBe(0)
    expect(desk.world.received().total).toBe(1500)
    expect(new Set(desk.world.mailbox('valid.test').ids).size).toBe(1500)
  })

  it('loses nothing when it is killed again and again, and sends again at most what was in flight', async () => {
    await using desk = await openDesk({
      recipients: people(1500, 'valid.test'),
      settings: 'delivery: { inFlight: 300 }\n',
    })
    let kills = 0
    for (const target of [1, 200, 500, 900]) {
      const run = desk.start('send', 'campaign.yaml')
      await untilReceived(desk.world, target)
      run.child.kill('SIGKILL')
      await run.done
      kills += 1
    }
    expect((await desk.run('send', 'campaign.yaml')).exit).toBe(0)
    expect(await desk.run('verify', 'data')).toMatchObject({ exit: 0 })
    const { ids } = desk.world.mailbox('valid.test')
    expect(new Set(ids).size).toBe(1500)
    // What is in flight at most, by the setting.
    expect(ids.length - 1500).toBeLessThanOrEqual(kills * 300)
  }, 60_000)

  it('tells a second process on the same data folder', async () => {
    // One is held, so that the first process is there as long as it is let.
    await using desk = await openDesk({ recipients: ['ada@valid.test', 'bob@plain.test'] })
    const first = desk.start('send', 'campaign.yaml', '--wait')
    await untilReceived(desk.world, 1)
    const second = await desk.run('send', 'campaign.yaml')
    expect(second).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('Another Sealpost works on the same data folder') as string,
    })
    first.child.kill('SIGTERM')
    expect((await first.done).exit).toBe(0)
  })
})

async function untilReceived(world: { received(): { total: number } }, count: number): Promise<void> {
  while (world.received().total < count) await new Promise(setImmediate)
}

it('goes on where a queue was left empty by a kill in the moment of its making', async () => {
  await using desk = await openDesk({ recipients: people(3, 'valid.test') })
  await mkdir(join(desk.folder, 'data'))
  await desk.write('data/queue.db', '')
  expect((await desk.run('send', 'campaign.yaml')).exit).toBe(0)
  expect(desk.world.received().total).toBe(3)
})
