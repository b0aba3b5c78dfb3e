/** Who runs a target's servers, and who sends for it: told by names, with one more question to the DNS. */
import { expect, it } from 'vitest'
import type { DnsQuestion, Records, Zone } from '../../../src/world/index.ts'
import { mx, startLab } from '../../support/lab.ts'
import { publicAddress } from '../../support/network.ts'

/** Checks in a zone whose questions are written down; `failing` is what the DNS says to each question for SPF. */
async function recogniseIn(records: Readonly<Record<string, Records | 'NXDOMAIN'>>, options: Options = {}) {
  const { target, askSpf = true, failing } = options
  const asked: string[] = []
  const zone: Zone = Object.fromEntries(
    Object.entries(records).map(([name, known]) => [
      name,
      (question: DnsQuestion) => {
        if (question.type !== 'TXT') return known
        asked.push(question.name)
        return failing ?? known
      },
    ]),
  )
  await using lab = await startLab({ zone, check: { askSpf } })
  const { providers, verdict } = await lab.check(target)
  return { found: providers.map(({ id, by, evidence }) => `${id} ${by} ${evidence}`), asked, verdict }
}

interface Options {
  readonly target?: string
  readonly askSpf?: boolean
  readonly failing?: 'SERVFAIL' | 'NXDOMAIN'
}

const google = 'aspmx.l.google.com'

it('tells the mailbox provider by the MX, and who sends by what SPF includes', async () => {
  const zone = {
    'example.test': {
      MX: [{ preference: 1, exchange: google }],
      TXT: ['v=spf1 include:_spf.google.com include:u7.wl.sendgrid.net ~all', 'other'],
    },
    [google]: { A: [publicAddress] },
  }
  const { found, asked } = await recogniseIn(zone)
  expect(found).toEqual([
    `google mx ${google}`,
    'google-workspace-relay spf _spf.google.com',
    'gmail spf _spf.google.com',
    'sendgrid spf u7.wl.sendgrid.net',
  ])
  // What is included is not asked about.
  expect(asked).toEqual(['example.test'])
})

it('knows nobody, and is none the worse, where the DNS fails on SPF', async () => {
  const zone = { 'example.test': { MX: [{ preference: 1, exchange: mx }], TXT: ['v=spf1 include:mailgun.org'] } }
  const { found, verdict } = await recogniseIn(zone, { failing: 'SERVFAIL' })
  expect(found).toEqual([])
  expect(verdict).toBe('unreachable')
})

it('asks for SPF of a domain alone, not of a host, nor unasked, nor of a name that is not there', async () => {
  const zone = {
    'smtp.sendgrid.net': { A: [publicAddress], TXT: ['v=spf1 include:mailgun.org'] },
    'example.test': { MX: [{ preference: 1, exchange: mx }], TXT: ['v=spf1 include:mailgun.org'] },
    'missing.test': 'NXDOMAIN',
  } as const
  const host = await recogniseIn(zone, { target: 'submission://smtp.sendgrid.net' })
  expect(host).toMatchObject({ found: ['sendgrid host smtp.sendgrid.net'], asked: [] })
  expect(await recogniseIn(zone, { askSpf: false })).toMatchObject({ found: [], asked: [] })
  expect(await recogniseIn(zone, { target: 'missing.test' })).toMatchObject({ found: [], asked: [] })
})
