/** A campaign reaches a server with TLS, each message once and unchanged, and does not reach one without. */
import { describe, expect } from 'vitest'
import { writeCampaign } from './lab/campaign.ts'
import { serverNames, type Lab } from './lab/lab.ts'
import { byRecipient, readMessages } from './lab/mail.ts'
import { createWorkplace, readJson, runSealpost, type Workplace } from './lab/sealpost.ts'
import { testIn } from './lab/test.ts'

const test = testIn({ servers: serverNames })

async function send(lab: Lab, { settings }: Workplace, file: string) {
  return runSealpost(lab, 'send', file, '--settings', settings, '--json')
}

async function reportHeld(lab: Lab, { data }: Workplace): Promise<number> {
  const report = readJson(await runSealpost(lab, 'report', data, '--json')) as { summary: { held: number } }
  return report.summary.held
}

describe.each([
  { name: 'postfix', size: 1000 },
  { name: 'exim', size: 200 },
] as const)('$name', ({ name, size }) => {
  test(`receives ${size} messages over TLS, each once and unchanged`, async ({ lab }) => {
    const workplace = createWorkplace(lab)
    const { file, expected } = writeCampaign(workplace, { domain: `${name}.test`, size })
    const sent = await send(lab, workplace, file)
    expect(sent.status, sent.stderr).toBe(0)

    const stored = byRecipient(await lab.server(name).collect())
    expect(stored.map(({ recipient }) => recipient)).toEqual(byRecipient(expected).map(({ recipient }) => recipient))
    expect(stored.filter(({ trace }) => !/TLSv?1\.[23]/.test(trace))).toEqual([])
    expect(await readMessages(stored)).toEqual(byRecipient(expected))

    expect(await reportHeld(lab, workplace)).toBe(0)
    const verified = await runSealpost(lab, 'verify', workplace.data)
    expect(verified.status, verified.stderr).toBe(0)
  })
})

describe.each(['postfix-plain', 'exim-plain'] as const)('%s', (name) => {
  test('receives nothing: the messages are held', async ({ lab }) => {
    const workplace = createWorkplace(lab)
    const { file } = writeCampaign(workplace, { domain: `${name}.test`, size: 20 })
    const sent = await send(lab, workplace, file)
    expect(sent.status, sent.stderr).toBe(1)

    expect(await lab.server(name).collect()).toEqual([])
    expect(await lab.server(name).readLog()).not.toMatch(/news@client\.test| mail=/) // no MAIL FROM, let alone a message
    expect(await reportHeld(lab, workplace)).toBe(20)
    const verified = await runSealpost(lab, 'verify', workplace.data)
    expect(verified.status, verified.stderr).toBe(0)
  })
})
