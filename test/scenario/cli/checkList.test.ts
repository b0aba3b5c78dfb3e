import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type CheckListArguments, runCheckList } from '../../../src/cli/checkList.ts'
import { startScriptedServer } from '../../../src/world/index.ts'
import { type Desk, openDesk } from '../../support/cli.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const people = (domain: string, count: number): string[] => Array.from({ length: count }, (_, index) => `p${index}@${domain}`)

const recipients = [
  ...people('valid.test', 6),
  ...people('plain.test', 3),
  ...people('selfsigned.test', 2),
  ...people('nobody.test', 1),
]

async function checkList(desk: Desk, given: Partial<CheckListArguments> = {}) {
  const out: string[] = []
  const err: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0)
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0)
  const exit = await runCheckList({
    list: join(desk.folder, 'list.csv'),
    settings: join(desk.folder, 'sealpost.yaml'),
    level: 'encrypted',
    ...given,
  })
  vi.restoreAllMocks()
  return { exit, stdout: out.join(''), stderr: err.join('') }
}

describe('a check of a whole list', () => {
  it('tells the shares of recipients, the worst domains and what to do', async () => {
    await using desk = await openDesk({ recipients })
    const { exit, stdout, stderr } = await checkList(desk)
    expect(exit).toBe(1)
    expect(stderr).toBe('')
    expect(stdout).toContain('list: 12 recipients at 4 domains, 0 invalid rows\n')
    expect(stdout).toContain('8 of 12 recipients (66.7%), 2 of 4 domains (50%): can be reached as demanded\n')
    expect(stdout).toContain('3 of 12 recipients (25%), 1 of 4 domains (25%): below that, so their messages would be held\n')
    expect(stdout).toContain('1 of 12 recipients (8.3%), 1 of 4 domains (25%): the domain takes no mail\n')
    expect(stdout).toMatch(/^plain\.test +3 +F +plaintext +just now +\S/m)
    expect(stdout).toMatch(/^nobody\.test +1 +– +no-mail +just now +the domain does not exist$/m)
    expect(stdout).toContain('- Ask plain.test, with 3 recipients; sealpost check plain.test says what to tell them.\n')
    expect(stdout.split('\n').every((line) => !line.includes('p0@'))).toBe(true)
  })

  it('keeps its results beside the list, without an address in them, and does not ask twice', async () => {
    await using desk = await openDesk({ recipients })
    await checkList(desk)
    const state = await readFile(join(desk.folder, 'list.checked.jsonl'), 'utf8')
    expect(state).not.toContain('@')
    expect(state.trimEnd().split('\n')).toHaveLength(1 + 3)
    const report = JSON.parse((await checkList(desk, { json: true })).stdout)
    expect(report).toMatchObject({
      schema: 'urn:sealpost:list-check:1',
      level: 'encrypted',
      interrupted: false,
      list: { recipients: 12, domains: 4, invalid: 0 },
      summary: {
        met: { recipients: 8, domains: 2 },
        below: { recipients: 3, domains: 1 },
        'no-mail': { recipients: 1, domains: 1 },
      },
    })
    expect(report.sets.map((set: { recalled: boolean }) => set.recalled)).toEqual([true, true, true])
    expect(report.domains[0]).toMatchObject({ domain: 'valid.test', recipients: 6, standing: 'met', set: 0, sharedBy: 1 })
    expect((await checkList(desk, { maxAge: '0s' })).stdout).not.toContain('by an earlier run')
    expect((await checkList(desk)).stdout).toContain('3 of them by an earlier run')
  })

  it('goes by the level that is demanded', async () => {
    await using desk = await openDesk({ recipients: recipients.slice(0, 6) })
    expect(await checkList(desk)).toMatchObject({ exit: 0, stdout: expect.stringContaining('- Nothing: every recipient') })
    expect((await checkList(desk, { level: 'authenticated' })).exit).toBe(1)
  })

  it('says 3 where nothing is below, and there is somebody whom mail cannot reach', async () => {
    await using desk = await openDesk({ recipients: ['a@valid.test', 'b@nobody.test'] })
    const { exit, stdout } = await checkList(desk)
    expect(exit).toBe(3)
    expect(stdout).toContain('- 1 recipient (50%) at domains that take no mail, mostly for a slip in the address.')
  })

  it('counts rows that cannot be sent to, and takes the column that it is told', async () => {
    await using desk = await openDesk()
    await desk.write('people.csv', 'who,where\nAda,ada@valid.test\nBob,bob at plain\n')
    const list = join(desk.folder, 'people.csv')
    const next = 'Say which column holds the addresses with --column.'
    await expect(checkList(desk, { list })).rejects.toMatchObject({ code: 'SP_LIST_NO_ADDRESS', next })
    await expect(checkList(desk, { list, column: 'wo' })).rejects.toMatchObject({ code: 'SP_LIST_NO_ADDRESS', next })
    expect((await checkList(desk, { list, column: 'where' })).stdout).toContain('1 recipient at 1 domain, 1 invalid row\n')
  })

  it.each([
    [{ maxAge: 'often' }, 'SP_USAGE'],
    [{ list: 'missing.csv' }, 'SP_FILE_MISSING'],
    [{ state: 'missing/state.jsonl' }, 'SP_FILE_MISSING'],
  ])('says what is wrong with %o', async (given, code) => {
    await using desk = await openDesk()
    await expect(checkList(desk, given)).rejects.toMatchObject({ code })
  })

  it('reads a list in the encoding that it is told', async () => {
    await using desk = await openDesk()
    // Windows-1250: what is ń there is ñ in Windows-1252, and another domain.
    await desk.write('list.csv', Buffer.from('name,email\nAda,ada@gda\xf1sk.test\n', 'latin1'))
    const names = async (encoding?: string) => {
      const { stdout } = await checkList(desk, { json: true, ...(encoding === undefined ? {} : { encoding }) })
      return stdout
    }
    expect(await names()).toContain('xn--gdask-qta.test')
    expect(await names('windows-1250')).toContain('xn--gdask-y7a.test')
    await expect(checkList(desk, { encoding: 'utf-9' })).rejects.toMatchObject({ code: 'SP_USAGE' })
  })

  it('does not write to its own list where that is named for the state', async () => {
    await using desk = await openDesk({ recipients })
    const list = join(desk.folder, 'list.csv')
    const before = await readFile(list, 'utf8')
    await expect(checkList(desk, { state: list })).rejects.toMatchObject({ code: 'SP_FILE_EXISTS' })
    expect(await readFile(list, 'utf8')).toBe(before)
  })

  it('stops at once when it is interrupted, tells what it knows and how to go on', async () => {
    await using desk = await openDesk({ recipients: [...recipients, ...people('hanging.test', 9)] })
    // A server of its own that says nothing for ever: whoever waits for it waits five minutes.
    await using hanging = await startScriptedServer({ greeting: { silence: true } }, { host: '127.0.9.9', port: desk.world.port })
    desk.world.dnsServer.set('hanging.test', { MX: [{ preference: 1, exchange: 'mx.hanging.test' }] })
    desk.world.dnsServer.set('mx.hanging.test', { A: [hanging.host] })
    const state = join(desk.folder, 'shared.jsonl')
    const running = checkList(desk, { state })
    // Until all the others are known.
    await vi.waitFor(async () => expect((await readFile(state, 'utf8')).split('\n')).toHaveLength(1 + 3 + 1), 10_000)
    process.emit('SIGINT', 'SIGINT')
    const { exit, stdout, stderr } = await running
    expect(exit).toBe(130)
    expect(stdout).toContain('INTERRUPTED')
    expect(stdout).toContain('9 of 21 recipients (42.9%), 1 of 5 domains (20%): not looked at yet')
    expect(stderr).toContain(`What is known is kept in ${state}: run the same command again to go on.`)
    await hanging.connections[0]?.closed
    expect(process.listenerCount('SIGINT')).toBe(0)
  })

  it('names lines of the state file that it cannot read', async () => {
    await using desk = await openDesk({ recipients })
    await checkList(desk)
    const path = join(desk.folder, 'list.checked.jsonl')
    await writeFile(path, (await readFile(path, 'utf8')).replace('"result"', '"resolt"'))
    expect((await checkList(desk)).stderr).toContain('1 line of ')
  })
})
