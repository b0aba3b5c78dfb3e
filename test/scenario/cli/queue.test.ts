/** `sealpost queue`: what waits is listed, explained, let go on, given up, exported, checked and copied. */
import { readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { type Desk, openDesk } from '../../support/cli.ts'
import { readActs, readLogTexts } from '../../support/readLog.ts'
import type { ActName } from '../../../src/evidence/index.ts'

const people = (count: number, domain: string) => Array.from({ length: count }, (_, index) => `p${index}@${domain}`)

interface Line {
  readonly id: number
  readonly address: string
  readonly state: string
  readonly due: string | null
  readonly level: string | null
}

async function list(desk: Desk, ...words: string[]): Promise<Line[]> {
  const { stdout } = await desk.run('queue', 'list', '--json', ...words)
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line)
}

/** The acts in the evidence, as they stand there. */
async function acts(desk: Desk, act: ActName): Promise<readonly Record<string, unknown>[]> {
  return (await readActs(join(desk.folder, 'data'), act)).map(({ detail }) => detail)
}

/** A campaign of which some is sent, some held, some put off, and one failed. */
async function sentDesk(): Promise<Desk> {
  const desk = await openDesk({
    recipients: [...people(2, 'valid.test'), ...people(3, 'plain.test'), ...people(2, 'busy.test'), 'x@nomail.test'],
  })
  expect((await desk.run('send', 'campaign.yaml')).exit).toBe(1)
  return desk
}

describe('list', () => {
  it('shows what is chosen, in a table or as JSON Lines', async () => {
    await using desk = await sentDesk()
    const held = await list(desk, '--state', 'held')
    expect(held.map(({ address }) => address)).toEqual(people(3, 'plain.test'))
    expect(await list(desk, '--domain', 'valid.test', '--limit', '1')).toMatchObject([{ state: 'sent', due: null }])
    expect(await list(desk, '--campaign', 'no such')).toEqual([])
    expect(await list(desk)).toHaveLength(8)
    const { exit, stdout } = await desk.run('queue', 'list', '--class', 'tls', '--limit', '2')
    expect(exit).toBe(0)
    expect(stdout).toContain('p0@plain.test')
    expect(stdout).toContain('… and more')
    expect((await desk.run('queue', 'list', '--limit', '0')).exit).toBe(2)
    expect(await desk.run('queue', 'list', '--domain', 'no domain')).toMatchObject({ exit: 2 })
  })

  it('says where there is no queue', async () => {
    await using desk = await openDesk()
    expect(await desk.run('queue', 'list')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('does not exist') as string,
    })
    expect(await desk.run('queue', 'drop', '--campaign', 'spring', '--yes')).toMatchObject({ exit: 2 })
    await expect(stat(join(desk.folder, 'data'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('show', () => {
  it('explains what is held: what was demanded and why, what was seen, what comes next, and when it ends', async () => {
    await using desk = await sentDesk()
    const { exit, stdout } = await desk.run('queue', 'show', 'P0@plain.test')
    expect(exit).toBe(0)
    expect(stdout).toContain('It is held')
    expect(stdout).toContain('1 attempt')
    expect(stdout).toContain('Demanded is encrypted: the campaign asks for encrypted')
    expect(stdout).toContain('sealpost policy plain.test')
    expect(stdout).toContain('The connection was plaintext')
    expect(stdout).toContain('Class tls:')
    expect(stdout).toContain('What to do: Run sealpost check on the domain')
    expect(stdout).toMatch(/If nothing changes by \d{4}-\d\d-\d\d \d\d:\d\d UTC, it fails after one more try\./)
  })

  it('explains what is sent, put off and failed, by id too', async () => {
    await using desk = await sentDesk()
    expect((await desk.run('queue', 'show', '1')).stdout).toContain('It was sent: the server took it.')
    expect((await desk.run('queue', 'show', 'p0@busy.test')).stdout).toContain('put off')
    const failed = (await desk.run('queue', 'show', 'x@nomail.test')).stdout
    expect(failed).toContain('It failed, and is not tried again.')
    expect(failed).not.toContain('If nothing changes')
    expect(JSON.parse((await desk.run('queue', 'show', '1', '--json')).stdout)).toMatchObject([{ id: 1, state: 'sent' }])
    expect(await desk.run('queue', 'show', 'nobody@valid.test')).toMatchObject({ exit: 2 })
    expect(await desk.run('queue', 'show', 'no address')).toMatchObject({ exit: 2 })
  })
})

describe('release', () => {
  it('lets what is held go on at a lower level, and the evidence says so and names nobody', async () => {
    await using desk = await sentDesk()
    const released = await desk.run('queue', 'release', '--level', 'opportunistic', '--address', 'p1@plain.test', '--yes')
    expect(released).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('1 message is released to level opportunistic') as string,
    })
    expect(released.stderr).toContain('PLAINTEXT')
    expect(released.stderr).toContain('DANE, MTA-STS')
    expect(await acts(desk, 'messages-released')).toEqual([
      expect.objectContaining({ campaign: 'spring', domains: 1, level: 'opportunistic', count: 1 }),
    ])
    expect(await list(desk, '--state', 'held')).toMatchObject([
      { address: 'p0@plain.test', level: null },
      { address: 'p1@plain.test', level: 'opportunistic', due: 'now' },
      { address: 'p2@plain.test', level: null },
    ])
    expect((await desk.run('queue', 'show', 'p1@plain.test')).stdout).toContain('released to opportunistic by hand')
    await desk.run('send', 'campaign.yaml')
    expect(desk.world.received()).toEqual({ total: 3, plaintext: 1 })
    expect((await desk.run('verify', 'data')).exit).toBe(0)
    expect((await readLogTexts(join(desk.folder, 'data'))).join('\n')).not.toContain('p1@plain.test')
  })

  it('asks first, and does nothing without a yes', async () => {
    await using desk = await sentDesk()
    const run = desk.start('queue', 'release', '--level', 'opportunistic', '--campaign', 'spring')
    run.child.stdin?.end('n\n')
    expect(await run.done).toMatchObject({ exit: 1, stdout: 'Nothing was done.\n' })
    expect(await acts(desk, 'messages-released')).toEqual([])
    expect((await desk.run('queue', 'release', '--level', 'opportunistic', '--yes')).stderr).toContain('which messages are meant')
  })

  it('is no way to raise a level', async () => {
    await using desk = await sentDesk()
    const run = await desk.run('queue', 'release', '--level', 'encrypted', '--campaign', 'spring', '--yes')
    expect(run).toMatchObject({ exit: 2, stderr: expect.stringContaining('is not lower than') as string })
    expect((await desk.run('queue', 'release', '--level', 'authenticated', '--campaign', 'spring', '--yes')).exit).toBe(2)
  })
})

describe('retry, fail, drop', () => {
  it('move what waits and nothing else', async () => {
    await using desk = await sentDesk()
    const retried = await desk.run('queue', 'retry', '--domain', 'busy.test')
    expect(retried).toMatchObject({ exit: 0, stdout: expect.stringContaining('2 messages are due now') as string })
    const failed = await desk.run('queue', 'fail', '--address', 'p0@busy.test', '--yes')
    expect(failed.stdout).toContain('1 message is given up')
    const dropped = await desk.run('queue', 'drop', '--campaign', 'spring', '--state', 'held', '--yes')
    expect(dropped.stdout).toContain('3 messages are taken out of the queue')
    expect(await list(desk, '--state', 'failed')).toMatchObject([{ address: 'p0@busy.test' }, { address: 'x@nomail.test' }])
    expect(await list(desk, '--state', 'dropped')).toHaveLength(3)
    expect(await list(desk, '--state', 'deferred')).toMatchObject([{ address: 'p1@busy.test', due: 'now' }])
    expect(await acts(desk, 'messages-failed')).toMatchObject([{ domains: 1, count: 1 }])
    expect(await acts(desk, 'messages-dropped')).toMatchObject([{ campaign: 'spring', domains: 1, count: 3 }])
    expect(await desk.run('queue', 'drop', '--campaign', 'spring', '--state', 'held', '--yes')).toMatchObject({
      exit: 1,
      stdout: expect.stringContaining('There is nothing to drop') as string,
    })
    expect(await list(desk, '--state', 'sent')).toHaveLength(2)
  })
})

describe('export', () => {
  it('writes the rows of the list, with no cell that a spreadsheet would obey', async () => {
    await using desk = await openDesk()
    await desk.write(
      'list.csv',
      'name,email,note\n"Ada, A.",ada@plain.test,"=HYPERLINK(""http://evil.test"")"\nBen,ben@valid.test,x\n',
    )
    await desk.run('send', 'campaign.yaml')
    const { exit, stdout } = await desk.run('queue', 'export', '--state', 'held')
    expect(exit).toBe(0)
    const [head, row, end] = stdout.split('\n')
    expect(head).toBe('"name","email","note","sealpost class","sealpost code","sealpost reason"')
    expect(row).toMatch(/^"Ada, A\.","ada@plain\.test","'=HYPERLINK\(""http:\/\/evil\.test""\)","tls","",/)
    expect(end).toBe('')
    expect((await desk.run('queue', 'export', '--state', 'exported')).stdout).toBe('')
    expect((await desk.run('queue', 'export', '--state', 'held', '--campaign', 'other')).exit).toBe(2)
  })
})

describe('check', () => {
  /** Opens the file as somebody who does harm would, with no rule in force. */
  function harm(desk: Desk, sql: string): void {
    const database = new DatabaseSync(join(desk.folder, 'data', 'queue.db'), { enableForeignKeyConstraints: false })
    database.exec(`PRAGMA ignore_check_constraints = ON; ${sql}`)
    database.close()
  }

  it('finds a queue sound', async () => {
    await using desk = await sentDesk()
    expect(await desk.run('queue', 'check')).toMatchObject({ exit: 0, stdout: expect.stringContaining('SOUND') as string })
  })

  it('names what is wrong with a domain and mends it when told to', async () => {
    await using desk = await sentDesk()
    harm(desk, "UPDATE domain SET due = NULL WHERE name = 'plain.test'; UPDATE domain SET taken = 1 WHERE name = 'busy.test'")
    const found = await desk.run('queue', 'check', '--json')
    expect(found.exit).toBe(1)
    expect(JSON.parse(found.stdout)).toMatchObject({
      sound: false,
      damages: [{ kind: 'due', where: 'plain.test' }, { kind: 'unfinished' }],
    })
    expect(await desk.run('queue', 'check', '--repair')).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('2 damages mended') as string,
    })
    expect((await desk.run('queue', 'check')).exit).toBe(0)
  })

  it('puts back in line what was in flight, but for what the evidence has as delivered', async () => {
    await using desk = await openDesk({ recipients: people(3, 'valid.test') })
    await desk.run('send', 'campaign.yaml')
    // As a kill between the evidence and the queue leaves it.
    harm(
      desk,
      `UPDATE delivery SET state = 'leased', leased_from = 'waiting', leaf = NULL WHERE id < 3;
       UPDATE delivery SET attempts = 2 WHERE id = 2; DELETE FROM settled;
       DELETE FROM tally; INSERT INTO tally VALUES (1, 'leased', 2), (1, 'sent', 1)`,
    )
    expect((await desk.run('queue', 'check')).exit).toBe(1)
    expect(await desk.run('queue', 'check', '--repair')).toMatchObject({ exit: 0 })
    const lines = await list(desk)
    expect(lines.map(({ state }) => state)).toEqual(['sent', 'deferred', 'sent'])
    expect(await acts(desk, 'log-recovered')).toMatchObject([{ inFlight: 2, delivered: 1, unknown: 1 }])
    expect((await desk.run('verify', 'data')).exit).toBe(0)
  })

  it.each([
    ["UPDATE delivery SET state = 'nonsense' WHERE id = 1", 'state: message 1'],
    ['UPDATE message SET domain = 99 WHERE id = 2', 'reference: message 2'],
    ["UPDATE campaign SET frozen = replace(frozen, 'shop.example', 'evil.example')", 'campaign: spring'],
    ["UPDATE campaign SET digest = 'another'", 'campaign: spring: its digest is of another campaign'],
    ["UPDATE campaign SET frozen = '{'", 'campaign: spring'],
    [`UPDATE evidence SET root = '${'0'.repeat(64)}'`, 'evidence: evidence/checkpoint: the first '],
  ])('names what nobody can mend: %s', async (sql, told) => {
    await using desk = await sentDesk()
    harm(desk, sql)
    const { exit, stdout } = await desk.run('queue', 'check', '--repair')
    expect(exit).toBe(1)
    expect(stdout).toContain(told)
    expect(stdout).toContain('mended by no guess')
  })

  it('names a changed evidence log, and a file that is no database', async () => {
    await using desk = await sentDesk()
    const bundles = join(desk.folder, 'data', 'evidence', 'tile', 'entries', '000.p')
    const [name = ''] = (await readdir(bundles)).sort((a, b) => Number(b) - Number(a))
    const bundle = join(bundles, name)
    await writeFile(bundle, (await readFile(bundle, 'latin1')).replace('"delivered"', '"delivereD"'), 'latin1')
    expect((await desk.run('queue', 'check')).stdout).toMatch(/evidence: evidence\/tile\/entries\/000\.p\/\d+: entry \d+ /)
    await writeFile(join(desk.folder, 'data', 'queue.db'), 'this is no database, but long enough to be looked at. '.repeat(100))
    expect(await desk.run('queue', 'check', '--repair')).toMatchObject({
      exit: 1,
      stdout: expect.stringContaining('file: ') as string,
    })
  })
})

describe('backup and restore', () => {
  it('what was delivered after the copy was made is not delivered again', async () => {
    await using desk = await openDesk({ recipients: [...people(20, 'valid.test'), ...people(2, 'plain.test'), 'eve@late.test'] })
    desk.world.dnsServer.set('late.test', 'SERVFAIL')
    desk.world.dnsServer.set('valid.test', 'SERVFAIL')
    await desk.run('send', 'campaign.yaml')
    expect(desk.world.received().total).toBe(0)
    expect((await desk.run('queue', 'backup', 'copy.db')).exit).toBe(0)
    expect((await stat(join(desk.folder, 'copy.db'))).mode & 0o777).toBe(0o600)
    expect((await desk.run('queue', 'backup', 'copy.db')).exit).toBe(2)

    desk.world.dnsServer.set('valid.test', { MX: [{ preference: 10, exchange: 'mx.valid.test' }] })
    await desk.run('send', 'campaign.yaml', '--now')
    expect(desk.world.received().total).toBe(20)

    const restored = await desk.run('queue', 'restore', 'copy.db', '--yes')
    expect(restored).toMatchObject({ exit: 0, stdout: expect.stringContaining('20 messages had been delivered') as string })
    expect(await acts(desk, 'queue-restored')).toMatchObject([{ settled: 20 }])
    expect((await desk.run('queue', 'check')).exit).toBe(0)
    expect((await list(desk, '--state', 'sent')).length).toBe(20)

    desk.world.dnsServer.set('late.test', { MX: [{ preference: 10, exchange: 'mx.valid.test' }] })
    await desk.run('send', 'campaign.yaml', '--now')
    expect(desk.world.received().total).toBe(21)
    expect(new Set(desk.world.mailbox('valid.test').ids).size).toBe(21)
    expect((await desk.run('verify', 'data')).exit).toBe(0)
  })

  it('a copy is not put beside evidence that it does not belong to, nor one that is damaged', async () => {
    await using desk = await sentDesk()
    await using other = await sentDesk()
    await other.run('queue', 'backup', join(desk.folder, 'foreign.db'))
    const foreign = await desk.run('queue', 'restore', 'foreign.db', '--yes')
    expect(foreign).toMatchObject({ exit: 2, stderr: expect.stringContaining('Nothing may be added to the log') as string })
    await desk.write('broken.db', 'this is no database, but long enough to be looked at. '.repeat(100))
    expect((await desk.run('queue', 'restore', 'broken.db', '--yes')).exit).toBe(2)
    const declined = desk.start('queue', 'restore', 'foreign.db')
    declined.child.stdin?.end()
    expect((await declined.done).exit).toBe(1)
    expect((await desk.run('queue', 'check')).exit).toBe(0)
    expect(await acts(desk, 'queue-restored')).toEqual([])
  })
})
