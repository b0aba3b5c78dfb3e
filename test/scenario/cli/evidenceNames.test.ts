/** The log may be published: no octet of it leads to a person whom a campaign went to, nor to their domains. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { openDesk } from '../../support/cli.ts'
import { readActs, readLogTexts } from '../../support/readLog.ts'
import { searchFolder } from '../../support/traces.ts'

vi.setConfig({ testTimeout: 120_000 })

/** Domains whose servers take, hold, put off and refuse mail, or are not there. */
const domains = [
  'valid.test',
  'selfsigned.test',
  'plain.test',
  'busy.test',
  'refusing.test',
  'nomail.test',
  'gone.test',
  'servfail.test',
]

/** Nobody's name is like a word that a log is made of. */
const people = domains.map((domain, index) => {
  const letters = 'qwxzkvjy'
    .split('')
    .map((letter, at) => letter + 'aeiou'.charAt((index + at) % 5))
    .join('')
  return {
    address: `${letters}.${index}@${domain}`,
    values: [`Xa${letters}`, `Zwickelhausen ${letters}`, `+49 5550 ${String(index).repeat(3)} ${letters}`],
  }
})

it('no octet of the log has an address, a name, a value of the list, a domain or a host of it', async () => {
  await using desk = await openDesk()
  await desk.write(
    'list.csv',
    ['email,name,city,phone', ...people.map(({ address, values }) => [address, ...values].join(',')), ''].join('\n'),
  )
  await desk.write('message.txt', 'Hello {{ name }} of {{ city }}, {{ phone }}\n')
  const sent = await desk.run('send', 'campaign.yaml', '--force')
  expect(sent.exit, sent.stderr).toBeLessThan(2)
  const [held = '', put = ''] = [people[2]?.address, people[3]?.address]
  // What people do by name is an act there as well.
  expect((await desk.run('queue', 'release', '--level', 'opportunistic', '--address', held, '--yes')).exit).toBe(0)
  expect((await desk.run('queue', 'drop', '--address', put, '--yes')).exit).toBe(0)
  expect((await desk.run('queue', 'fail', '--domain', 'servfail.test', '--yes')).exit).toBe(0)
  await desk.run('send', 'campaign.yaml', '--now')
  await desk.run('memory', 'release', 'mx.valid.test')
  expect((await desk.run('erase', people[1]?.address ?? '', '--yes')).exit).toBe(0)
  expect((await desk.run('campaign', 'cancel', 'spring', '--yes')).exit).toBeLessThan(2)

  const data = join(desk.folder, 'data')
  const evidence = join(data, 'evidence')
  const texts = await readLogTexts(data)
  const kinds = new Set(texts.map((text) => (JSON.parse(text) as { kind: string }).kind))
  expect(kinds).toEqual(new Set(['session', 'attempt', 'act']))
  expect((await readActs(data)).map(({ act }) => act)).toEqual(
    expect.arrayContaining(['messages-released', 'messages-dropped', 'messages-failed', 'erased']),
  )
  expect(await readdir(evidence)).toContain('checkpoint')
  const words = people.flatMap(({ address, values }) => [address, address.split('@')[0] ?? '', ...values])
  expect(await searchFolder(evidence, [...words, ...domains])).toEqual([])
  // The same search finds them beside it.
  expect((await searchFolder(data, words)).length).toBeGreaterThan(0)
})
