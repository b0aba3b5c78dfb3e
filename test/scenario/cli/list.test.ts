/** `sealpost list` as a person runs it, and a campaign that goes to a stored list. */
import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Desk, openDesk } from '../../support/cli.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk({ keep: true })
})
afterAll(async () => {
  await desk[Symbol.asyncDispose]()
})

const readers = `Vorname;E-Mail;Land;Anmeldedatum;Quelle
Ada;ada@valid.test;DE;03.04.2025;Shop
Bob;bob@plain.test;AT;2024-01-02;Messe
Eve;eve@b@valid.test;DE;;
Ada;ADA@valid.test;DE;;
Zoe;zoe@gmial.com;FR;01/02/2024;Shop
`

let name = ''
let count = 0
beforeEach(async () => {
  name = `readers${++count}`
  await desk.write('readers.csv', readers)
})

async function importReaders(...words: readonly string[]) {
  return desk.run('list', 'import', 'readers.csv', '--name', name, ...words)
}

interface Imported {
  readonly recipients: number
  readonly merge: Readonly<Record<string, number>>
  readonly problems: readonly { readonly line: number; readonly column: string; readonly next: string }[]
  readonly domains: readonly { readonly domain: string; readonly state: string }[] | null
}

describe('import', () => {
  it('looks first: guess, counts, rows with remedies; nothing is stored', async () => {
    const { exit, stdout } = await importReaders()
    expect(stdout).toContain('readers.csv: CSV with semicolons, UTF-8')
    expect(stdout).toContain('name = Vorname, consentAt = Anmeldedatum, consentSource = Quelle, email = E_Mail; others: Land')
    expect(stdout).toContain('3 recipients, 1 that cannot be used, 1 duplicate (1 equal but for capitals)')
    expect(stdout).toContain('line 4, column E_Mail: "eve@b@valid.test": there is more than one @. Correct the address')
    expect(stdout).toContain('gmial.com, meant gmail.com? 1 address, the first in line 6')
    expect(stdout).toContain('can, the first in line 6: say --dates dmy (3 April) or --dates mdy (March 4)')
    expect(stdout).toContain('Nothing was stored')
    expect(exit).toBe(1)
    expect((await desk.run('list', 'show', name)).stderr).toContain('There is no stored list of that name')
  })

  it('counts who gets no more mail', async () => {
    await using other = await openDesk()
    await other.write('readers.csv', readers)
    expect((await other.run('suppression', 'add', 'Bob@plain.test', 'nobody@x.org')).exit).toBe(0)
    const { stdout } = await other.run('list', 'import', 'readers.csv', '--name', 'readers')
    expect(stdout).toContain('suppressed: 1 recipient of this file gets no more mail')
  })

  it('stores with --commit, and merges a second time', async () => {
    expect(await importReaders('--commit', '--dates', 'dmy')).toMatchObject({ exit: 0 })
    await desk.write('readers.csv', 'email,Land,vip\nada@valid.test,CH,yes\nnew@valid.test,DE,no\nbob@plain.test,AT,\n')
    const preview = JSON.parse((await importReaders('--json')).stdout) as Imported
    expect(preview.merge).toEqual({ added: 1, changed: 2, unchanged: 0, absent: 1 })
    const { merge } = JSON.parse((await importReaders('--commit', '--json')).stdout) as Imported
    expect(merge).toEqual(preview.merge)
    const again = JSON.parse((await importReaders('--json')).stdout) as Imported
    expect(again.merge).toEqual({ added: 0, changed: 0, unchanged: 3, absent: 1 })
    const shown = JSON.parse((await desk.run('list', 'show', name, '--json')).stdout) as Record<string, unknown>
    expect(shown).toMatchObject({
      members: 4,
      columns: ['Vorname', 'E_Mail', 'Land', 'Anmeldedatum', 'Quelle', 'email', 'vip'],
      // What the second file does not say of their consent stays.
      consent: { at: 3, source: 3, oldest: '2024-01-02T00:00:00.000Z' },
      domains: { 'valid.test': 2, 'plain.test': 1, 'gmial.com': 1 },
    })
    await importReaders('--commit', '--replace')
    const { stdout } = await desk.run('list', 'export', name)
    expect(stdout).toBe('email,Land,vip\r\nada@valid.test,CH,yes\r\nbob@plain.test,AT,\r\nnew@valid.test,DE,no\r\n')
  })

  it('takes no date that is still to come for a consent, and names the first line of each kind', async () => {
    const next = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10)
    await desk.write(
      'readers.csv',
      `email,opt-in date\na@valid.test,2025-01-13\nb@valid.test,${next}\nc@valid.test,soon\nd@valid.test,03/04/2025\n`,
    )
    const { stdout } = await importReaders('--commit')
    expect(stdout).toContain('consent: when 1 of 4')
    expect(stdout).toContain('1 date is still to come, the first in line 3, and not taken for a consent')
    expect(stdout).toContain('1 date cannot be read, the first in line 4: write')
    expect(stdout).toContain('1 date can be read in two ways, as 03/04/2025 can, the first in line 5: say')
    const shown = JSON.parse((await desk.run('list', 'show', name, '--json')).stdout) as { consent: unknown }
    expect(shown).toMatchObject({ consent: { at: 1, newest: '2025-01-13T00:00:00.000Z' } })
    // What was written stays to be looked at.
    expect((await desk.run('list', 'export', name)).stdout).toContain(`b@valid.test,${next}`)
  })

  it('a list without a recipient does not take the place of one', async () => {
    await importReaders('--commit')
    await desk.write('readers.csv', 'email\nnonsense\n')
    const { exit, stderr } = await importReaders('--commit', '--replace')
    expect(stderr).toContain('line 2: there is no @')
    expect(exit).toBe(2)
    expect((await desk.run('list', 'show', name)).stdout).toContain('3 members')
  })

  it('a file that breaks in its last line changes nothing', async () => {
    await importReaders('--commit')
    await desk.write('readers.csv', `email,name\n${'new@valid.test,x\n'.repeat(50_000)}last@valid.test,"open\n`)
    const { exit, stderr } = await importReaders('--commit')
    expect(stderr).toContain('readers.csv:50002: A quote opens here and is never closed')
    expect(exit).toBe(2)
    expect((await desk.run('list', 'show', name)).stdout).toContain('3 members')
  })

  it('asks the DNS once a domain, when it is told to', async () => {
    await desk.write('readers.csv', 'email\na@valid.test\nb@valid.test\nc@gone.test\n')
    const { domains } = JSON.parse((await importReaders('--check-domains', '--json')).stdout) as Imported
    expect(domains).toEqual([
      {
        domain: 'gone.test',
        state: 'nxdomain',
        count: 1,
        line: 4,
        why: 'the domain does not exist',
        next: 'Correct it, or delete these rows: nothing can be delivered.',
      },
    ])
  })

  it.each([
    ['UTF-16, as a spreadsheet saves "Unicode text"', Buffer.from('\ufeffE-Mail\tName\r\na@valid.test\tJürgen\r\n', 'utf16le')],
    ['Windows-1252', Buffer.from('E-Mail|Name\na@valid.test|J\xfcrgen\n', 'latin1')],
    ['JSON Lines', Buffer.from('{"email":"a@valid.test","Name":"Jürgen"}\n')],
    ['gzip', gzipSync('email,Name\na@valid.test,Jürgen\n')],
  ])('reads %s', async (_, content) => {
    await desk.write('readers.csv', content)
    await importReaders('--commit')
    const { stdout } = await desk.run('list', 'export', name, '--json')
    expect(JSON.parse(stdout)).toMatchObject({ Name: 'Jürgen' })
  })

  it('says how a wrong word of the command line is meant', async () => {
    for (const [words, said] of [
      [['--map', 'consent=x'], 'The roles are email, name, consentAt, consentHow, consentSource.'],
      [['--map', 'consentAt=nothing'], 'The list has no column "nothing"'],
      [['--encoding', 'utf-9'], 'There is no encoding named "utf-9"'],
      [['--name', 'a/b'], 'The name of a list is up to 64 letters'],
    ] as const) {
      const { exit, stderr } = await importReaders(...words)
      expect(stderr).toContain(said)
      expect(exit).toBe(2)
    }
  })
})

describe('show, export, remove', () => {
  it('tells which mailbox providers its members are at: by what the domain says itself, and by the DNS when it is told to', async () => {
    await using own = await openDesk()
    const at = (...domains: readonly string[]) => domains.map((domain, index) => `p${index}@${domain}\n`).join('')
    const people = at(
      'gmail.com',
      'googlemail.com',
      'web.de',
      'outlook.com',
      'company.test',
      'school.test',
      'gone.test',
      'servfail.test',
    )
    await own.write('readers.csv', `email\n${people}`)
    // A company and a school that have their mail at Google.
    for (const domain of ['company.test', 'school.test'])
      own.world.dnsServer.set(domain, {
        MX: [
          { preference: 20, exchange: 'backup.test' },
          { preference: 1, exchange: 'aspmx.l.google.com' },
        ],
      })
    await own.run('list', 'import', 'readers.csv', '--name', 'readers', '--commit')
    const asked = own.world.dnsServer.queries.length
    const byName = JSON.parse((await own.run('list', 'show', 'readers', '--json')).stdout) as { providers: unknown }
    expect(byName.providers).toEqual([
      { id: 'google', name: 'Google (Gmail and Workspace)', domains: 2, members: 2 },
      { id: 'gmx-webde', name: expect.any(String) as string, domains: 1, members: 1 },
      { id: 'microsoft', name: 'Microsoft 365 and Outlook.com', domains: 1, members: 1 },
      { id: 'other', name: 'other domains', domains: 4, members: 4 },
    ])
    expect(own.world.dnsServer.queries).toHaveLength(asked)
    const { stdout } = await own.run('list', 'show', 'readers', '--providers')
    expect(stdout).toMatch(/mailboxes at:\n {2}Google \(Gmail and Workspace\) +4 \(50%\)\n/)
    expect(stdout).toMatch(/ {2}domains that take no mail +1 \(12\.5%\)\n/)
    expect(stdout).toMatch(/ {2}not tested: the DNS gives no answer +1 \(12\.5%\)\n/)
    // Nobody had to be asked of domains that are known by themselves.
    expect(own.world.dnsServer.queries.map((query) => query.name)).not.toContain('gmail.com')
  })

  it('shows a part by a condition, and points at a wrong one', async () => {
    await importReaders('--commit', '--dates', 'dmy')
    expect(
      (await desk.run('list', 'show', name, '--where', 'Land in ["DE", "AT"] and not domain = "plain.test"')).stdout,
    ).toContain(': 1 (33.3%)')
    const wrong = await desk.run('list', 'show', name, '--where', 'Land = DE')
    expect(wrong).toMatchObject({ exit: 2, stdout: '' })
    expect(wrong.stderr).toContain('character 8, at DE')
  })

  it('exports to a file of its owner, never over another, formulas guarded', async () => {
    await desk.write(
      'readers.csv',
      'email,note,phone\na@valid.test,"=HYPERLINK(""http://x"")",+49 30 1234\nb@valid.test,"@SUM(1)\nx",-5\n',
    )
    await importReaders('--commit')
    const file = `${name}.csv`
    expect(await desk.run('list', 'export', name, '--output', file)).toMatchObject({ exit: 0, stdout: '' })
    expect(await readFile(join(desk.folder, file), 'utf8')).toBe(
      `email,note,phone\r\na@valid.test,"'=HYPERLINK(""http://x"")",+49 30 1234\r\nb@valid.test,"'@SUM(1)\nx",-5\r\n`,
    )
    expect((await stat(join(desk.folder, file))).mode & 0o777).toBe(0o600)
    const again = await desk.run('list', 'export', name, '--output', file)
    expect(again.exit).toBe(2)
    expect(again.stderr).toContain('A file is already there')
  })

  it('removes an address everywhere, and a list only when somebody says yes', async () => {
    await importReaders('--commit')
    const gone = await desk.run('list', 'remove', name, '--address', 'Ada <ADA@valid.test>')
    expect(gone).toMatchObject({ exit: 0, stdout: `Taken off ${name}.\n` })
    expect((await desk.run('list', 'remove', '--address', 'nobody@valid.test')).exit).toBe(1)
    const asked = desk.start('list', 'remove', name)
    asked.child.stdin?.end('no\n')
    expect(await asked.done).toMatchObject({ exit: 1, stdout: 'Nothing was deleted.\n' })
    expect(await desk.run('list', 'remove', name, '--yes')).toMatchObject({
      exit: 0,
      stdout: `Deleted ${name} with 2 members.\n`,
    })
    expect((await desk.run('list')).stdout).not.toMatch(new RegExp(`^${name} `, 'm'))
  })
})

describe('a campaign', () => {
  const campaign = (more: string): string =>
    `name: ${name}\nlist: ${name}\nfrom: Shop <news@shop.example>\ntext: ./message.txt\n${more}`

  const arrived = () => desk.world.mailbox('valid.test').messages
  const subjectsOf = (messages: ReturnType<typeof arrived>) =>
    messages.map(({ raw }) => /^Subject: (.*)\r$/m.exec(raw.toString())?.[1])

  it('goes to a stored list, and to the part that its condition names', async () => {
    await desk.write('message.txt', 'Hello {{ Vorname }}\n')
    await importReaders('--commit')
    await desk.write('stored.yaml', campaign('subject: "Hi {{ Vorname }}"\nsegment: Land = "DE"\n'))
    const { exit, stdout } = await desk.run('send', 'stored.yaml', '--json')
    expect(exit).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ summary: { total: 1, sent: 1 } })
    expect(subjectsOf(arrived().slice(-1))).toEqual(['Hi Ada'])
    await desk.write('readers.csv', readers.replace('Ada;ada', 'Adele;ada'))
    await importReaders('--commit')
    const changed = await desk.run('send', 'stored.yaml')
    expect(changed.exit).toBe(2)
    expect(changed.stderr).toContain('The campaign was changed after it was started (list)')
  })

  it('is refused where list or column is not there, at its line', async () => {
    await desk.write('stored.yaml', campaign('subject: Hi\n'))
    const missing = await desk.run('send', 'stored.yaml')
    expect(missing.stderr).toContain(`a file beside the campaign is written ./${name}`)
    expect(missing.exit).toBe(2)
    await importReaders('--commit')
    await desk.write('stored.yaml', campaign('subject: Hi\nsegment: land = "DE"\n'))
    const column = await desk.run('send', 'stored.yaml')
    expect(column.stderr).toContain('stored.yaml:6: segment, character 1: The list has no column "land"')
    expect(column.stderr).toContain('Is Land meant?')
  })

  it('tries two subjects, and sends the winner to the others under a new name', { timeout: 60_000 }, async () => {
    const addresses = Array.from({ length: 40 }, (_, index) => `reader${index}@valid.test`)
    await desk.write('readers.csv', `email,Vorname\n${addresses.map((address) => `${address},X`).join('\n')}\n`)
    await desk.write('message.txt', 'Hello {{ Vorname }}\n')
    await importReaders('--commit')
    const subjects =
      'subjects:\n  a: "First {{ subject_variant }}"\n  b: "Second {{ subject_variant }}"\n  share: 50%\n  of: spring\n'
    const before = arrived().length
    await desk.write('test.yaml', campaign(subjects))
    const looked = await desk.run('preflight', 'test.yaml')
    expect(looked.stdout).toMatch(/\nof the list: 50% by lot, on whom two subjects are tried\n/)
    expect((await desk.run('send', 'test.yaml')).exit).toBe(0)
    const both = 'A: First {{ subject_variant }} | B: Second {{ subject_variant }}'
    expect((await desk.run('campaign', 'show', name)).stdout).toContain(both)
    expect((await desk.run('report', 'data', '--campaign', name)).stdout).toContain(`Campaign ${name}: ${both}\n`)
    const tried = arrived().slice(before)
    await desk.write('winner.yaml', campaign(`${subjects}  winner: b\n`).replace(`name: ${name}`, `name: ${name}-winner`))
    expect((await desk.run('send', 'winner.yaml')).exit).toBe(0)
    const then = arrived().slice(before + tried.length)
    const to = (messages: typeof tried): string[] => messages.flatMap(({ to }) => to)
    expect([...to(tried), ...to(then)].toSorted()).toEqual(addresses.toSorted())
    expect(new Set(subjectsOf(tried))).toEqual(new Set(['First a', 'Second b']))
    expect(new Set(subjectsOf(then))).toEqual(new Set(['Second b']))
  })

  it('leaves no folder behind where its entries are wrong', async () => {
    await using other = await openDesk()
    await other.write('bad.yaml', campaign('subject: Hi\nsegment: (vip\n'))
    const { exit, stderr } = await other.run('send', 'bad.yaml')
    expect(stderr).toContain('bad.yaml:6: segment, at the end: A bracket is not closed')
    expect(exit).toBe(2)
    expect(existsSync(join(other.folder, 'data'))).toBe(false)
  })
})
