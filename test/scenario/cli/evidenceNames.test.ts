/**
 * The log may be published: no octet of it leads to a person whom a campaign went to, nor to their domains, which stand there
 * only where the settings say so.
 */
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import { expect, it, vi } from 'vitest'
import { type Desk, openDesk } from '../../support/cli.ts'
import { freePort } from '../../support/freePort.ts'
import { Providers } from '../../support/providers.ts'
import { readActs, readLogTexts } from '../../support/readLog.ts'
import { withServer } from '../../support/served.ts'
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

const subject = 'Wexquizzle offers for you'
const name = 'quibblefrost'

/** A provider says what became of the message to the first of them, in words that name everybody. */
async function report(desk: Desk, providers: Providers): Promise<void> {
  const [{ address } = { address: '' }] = people
  const message = desk.world.mailbox('valid.test').messages.find(({ to }) => to.includes(address))
  const id = (await simpleParser(message?.raw ?? '')).messageId ?? ''
  const at = Date.now() / 1000
  const event = { sg_event_id: 's1', event: 'bounce', email: address, timestamp: Math.floor(at), 'smtp-id': id }
  const reason = `550 5.1.1 mx.valid.test: ${people.map((one) => `<${one.address}> ${one.values.join(' ')}`).join(', ')}`
  const { body, headers } = providers.sealSendgrid(JSON.stringify([{ ...event, reason }]), at)
  await withServer(desk, async (ask) => {
    const answer = await ask('https://news.shop.example/events/sendgrid', { method: 'POST', body, headers })
    expect(answer.status).toBe(200)
  })
}

it.each(['committed', 'clear'] as const)(
  'no octet of the log has an address, a name or a value of the list, with domains and hosts %s',
  async (choice) => {
    const providers = new Providers()
    await using desk = await openDesk({
      keep: true,
      settings: `evidence: { domains: ${choice} }
server: { baseUrl: "https://news.shop.example", listen: "127.0.0.1:${await freePort()}" }
claims: { sendgrid: { publicKey: "${providers.sendgridKey}" } }
`,
    })
    await desk.write(
      'list.csv',
      ['email,name,city,phone', ...people.map(({ address, values }) => [address, ...values].join(',')), ''].join('\n'),
    )
    const text = await readFile(join(desk.folder, 'campaign.yaml'), 'utf8')
    await desk.write('campaign.yaml', text.replace('name: spring', `name: ${name}`).replace('Hello {{ name }}', subject))
    await desk.write('message.txt', 'Hello {{ name }} of {{ city }}, {{ phone }}\n')
    const sent = await desk.run('send', 'campaign.yaml', '--force')
    expect(sent.exit, sent.stderr).toBeLessThan(2)
    const [held = '', put = ''] = [people[2]?.address, people[3]?.address]
    // What people do by name is an act there as well.
    expect((await desk.run('queue', 'release', '--level', 'opportunistic', '--address', held, '--yes')).exit).toBe(0)
    expect((await desk.run('queue', 'drop', '--address', put, '--yes')).exit).toBe(0)
    expect((await desk.run('queue', 'fail', '--domain', 'servfail.test', '--yes')).exit).toBe(0)
    await report(desk, providers)
    await desk.run('send', 'campaign.yaml', '--now')
    await desk.run('memory', 'release', 'mx.valid.test')
    expect((await desk.run('erase', people[1]?.address ?? '', '--yes')).exit).toBe(0)
    expect((await desk.run('campaign', 'cancel', name, '--yes')).exit).toBeLessThan(2)

    const data = join(desk.folder, 'data')
    const evidence = join(data, 'evidence')
    const leaves = (await readLogTexts(data)).map((one) => JSON.parse(one) as { kind: string; claim?: object | null })
    expect(new Set(leaves.map(({ kind }) => kind))).toEqual(new Set(['session', 'attempt', 'act']))
    expect(leaves.filter(({ claim }) => claim)).toHaveLength(1)
    expect((await readActs(data)).map(({ act }) => act)).toEqual(
      expect.arrayContaining(['messages-released', 'messages-dropped', 'messages-failed', 'erased']),
    )
    expect(await readdir(evidence)).toContain('checkpoint')
    const words = people.flatMap(({ address, values }) => [address, address.split('@')[0] ?? '', ...values])
    expect(await searchFolder(evidence, [...words, subject])).toEqual([])
    const found = new Set((await searchFolder(evidence, domains)).map(({ word }) => word))
    // In the clear by choice: of all that were reached, and the one that a person gave up by name.
    const unreached = ['nomail.test', 'gone.test']
    expect(found).toEqual(new Set(choice === 'clear' ? domains.filter((domain) => !unreached.includes(domain)) : []))
    // A campaign is no person: acts name it, and what is of one message alone commits to it.
    expect(JSON.stringify(leaves.filter(({ kind }) => kind === 'act'))).toContain(name)
    expect(JSON.stringify(leaves.filter(({ kind }) => kind !== 'act'))).not.toContain(name)
    // The same search finds them beside it.
    expect((await searchFolder(data, words)).length).toBeGreaterThan(0)
  },
)
