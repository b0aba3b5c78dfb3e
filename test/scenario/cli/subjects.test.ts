/** Two subjects on trial, to the end: a test group, a winner chosen by hand, and the rest of the list, counted at the servers. */
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import type { CampaignReport } from '../../../src/report/index.ts'
import { type Desk, openDesk } from '../../support/cli.ts'
import { readLog } from '../../support/readLog.ts'

vi.setConfig({ testTimeout: 90_000 })

const domains = ['valid.test', 'implicit.test', 'expired.test']
const people = Array.from({ length: 240 }, (_, index) => `p${index}@${domains[index % domains.length] ?? ''}`)

const trial = (more = '') =>
  `subjects: { a: "Spring is here", b: "{{ name }}, spring is here", share: 30%, of: spring-subject${more} }\n`

async function write(desk: Desk, file: string, name: string, more: string): Promise<string> {
  const start = `name: ${name}\nlist: ./list.csv\nfrom: Shop <news@shop.example>\ntext: ./message.txt\n`
  return desk.write(file, `${start}${more}`)
}

/** What each recipient was given since the last time, by address; nobody may have been given two. */
function collect(desk: Desk, before: ReadonlyMap<string, string>): Map<string, string> {
  const all = domains.flatMap((domain) => desk.world.mailbox(domain).messages)
  const got = new Map<string, string>()
  for (const { to, raw } of all) {
    const [address = ''] = to
    const subject = /^Subject: (.*)\r$/m.exec(raw.toString())?.[1] ?? ''
    if (before.get(address) === subject) continue
    expect([address, got.has(address) || before.has(address)]).toEqual([address, false])
    got.set(address, subject)
  }
  expect(all).toHaveLength(before.size + got.size)
  return got
}

it('a third of the list gets one subject or the other, all others the winner, and nobody gets two', async () => {
  await using desk = await openDesk({ recipients: people, keep: true })
  await write(desk, 'trial.yaml', 'spring-trial', trial())
  await write(desk, 'rest.yaml', 'spring', trial(', winner: b'))

  const first = await desk.run('send', 'trial.yaml', '--json')
  expect(first.exit).toBe(0)
  const tested = collect(desk, new Map())
  expect((JSON.parse(first.stdout) as CampaignReport).summary).toMatchObject({ total: tested.size, sent: tested.size })
  // By lot: a share of about 30 %, half of it each; the draw is the same for the same addresses and name.
  expect(tested.size).toBeGreaterThan(45)
  expect(tested.size).toBeLessThan(100)
  const plain = [...tested.values()].filter((subject) => subject === 'Spring is here').length
  expect(plain).toBeGreaterThan(15)
  expect(tested.size - plain).toBeGreaterThan(15)
  for (const [address, subject] of tested)
    expect(['Spring is here', `${address.split('@')[0] ?? ''}, spring is here`]).toContain(subject)

  // The same command again sends nothing more.
  await desk.run('send', 'trial.yaml')
  expect(collect(desk, tested).size).toBe(0)

  // One of the rest leaves before the winner is known.
  const leaver = people.find((address) => !tested.has(address)) ?? ''
  await desk.run('suppression', 'add', leaver)
  expect((await desk.run('send', 'rest.yaml')).exit).toBe(0)
  const rest = collect(desk, tested)
  expect(rest.size).toBe(people.length - tested.size - 1)
  for (const [address, subject] of rest) expect(subject).toBe(`${address.split('@')[0] ?? ''}, spring is here`)
  expect([...tested.keys(), ...rest.keys(), leaver].toSorted()).toEqual(people.toSorted())
  expect(desk.world.received()).toEqual({ total: people.length - 1, plaintext: 0 })

  // The evidence has an attempt for each of them, and no more.
  const log = await readLog(join(desk.folder, 'data'))
  expect(log.filter((leaf) => leaf.kind === 'attempt' && leaf.outcome === 'delivered')).toHaveLength(people.length - 1)
  expect((await desk.run('verify', 'data')).exit).toBe(0)
})

it('who joins the list meanwhile gets the winner or nothing, and those of the trial stay out', async () => {
  await using desk = await openDesk({ recipients: people.slice(0, 90), keep: true })
  await write(desk, 'trial.yaml', 'spring-trial', trial())
  await desk.run('send', 'trial.yaml')
  const tested = collect(desk, new Map())
  const later = people.slice(90, 120)
  const rows = [...people.slice(0, 90), ...later].map((address) => `${address},${address.split('@')[0] ?? ''}`)
  await desk.write('list.csv', `email,name\n${rows.join('\n')}\n`)
  await write(desk, 'rest.yaml', 'spring', trial(', winner: a'))
  await desk.run('send', 'rest.yaml')
  const rest = collect(desk, tested)
  expect(new Set(rest.values())).toEqual(new Set(['Spring is here']))
  for (const address of people.slice(0, 90)) expect(tested.has(address)).toBe(!rest.has(address))
  expect(later.filter((address) => rest.has(address)).length).toBeGreaterThan(10)
})

it('a list that is split goes out in two campaigns without anybody in both, and nobody is left out', async () => {
  await using desk = await openDesk({ recipients: people, keep: true })
  await write(desk, 'tenth.yaml', 'tenth', 'subject: Some\nsplit: { share: 10%, of: spring }\n')
  await write(desk, 'rest.yaml', 'others', 'subject: Others\nsplit: { share: 10%, of: spring, rest: true }\n')
  expect((await desk.run('send', 'tenth.yaml')).exit).toBe(0)
  const some = collect(desk, new Map())
  expect(some.size).toBeGreaterThan(8)
  expect(some.size).toBeLessThan(48)
  expect((await desk.run('send', 'rest.yaml')).exit).toBe(0)
  const others = collect(desk, some)
  expect([...some.keys(), ...others.keys()].toSorted()).toEqual(people.toSorted())
})
