/** A signed zone behind a resolver that validates: Sealpost and Postfix come to the same outcome in each scenario. */
import { describe, expect, it as base } from 'vitest'
import { checkDomains, sendToDomains } from './demand/send.ts'
import { type Fate, scenarios } from './demand/dane.ts'
import { type World, domainOf, startWorld } from './demand/world.ts'

async function observe(world: World, domains: readonly string[]) {
  const sent = await world.sender.send(domains.map((domain) => `postfix@${domain}`))
  const fingers = new Map<string, Awaited<ReturnType<World['sender']['finger']>>>()
  for (const domain of domains) fingers.set(domain, await world.sender.finger(domain))
  const checked = await checkDomains(world, domains)
  const ours = await sendToDomains(world, domains)
  const stored = await Promise.all([...world.servers.values()].map((server) => server.collect()))
  const recipients = stored.flat().map(({ recipient }) => recipient)
  return (domain: string) => ({
    check: checked.get(domain),
    send: ours.get(domain),
    postfix: sent.get(`postfix@${domain}`),
    finger: fingers.get(domain),
    stored: recipients.filter((recipient) => recipient.endsWith(`@${domain}`)).toSorted(),
  })
}

const it = base
  .extend('domains', { scope: 'file' }, scenarios.map(domainOf))
  .extend('lab', { scope: 'file' }, async ({ domains }, { onCleanup }) => {
    const world = await startWorld()
    onCleanup(() => world[Symbol.asyncDispose]())
    return { world, seen: await observe(world, domains) }
  })

describe.each(scenarios)('$about ($label)', (scenario) => {
  const domain = domainOf(scenario)
  const fate = fateOf(scenario.send.state)

  it('is seen and treated as RFC 7672 says', ({ lab: { seen } }) => {
    const { check, send } = seen(domain)
    expect(check, check?.words).toMatchObject(scenario.check)
    expect(send, send?.reason).toMatchObject(scenario.send)
  })

  it('is treated so by Postfix, and by its probe', ({ lab: { seen } }) => {
    const { postfix, finger } = seen(domain)
    const expected = { fate: scenario.postfix.fate, tls: scenario.postfix.tls }
    expect({ fate: fateOf(postfix?.status), tls: postfix?.tls }, postfix?.said).toEqual(expected)
    expect({ fate: fateOf(finger?.status), tls: finger?.tls }, finger?.said).toEqual(expected)
  })

  it(scenario.difference ?? 'has one outcome', () => {
    expect(fate === scenario.postfix.fate).toBe(scenario.difference === undefined)
  })

  it('has the mail that was sent, and no other', ({ lab: { seen } }) => {
    const senders = [...(scenario.postfix.fate === 'sent' ? ['postfix'] : []), ...(fate === 'sent' ? ['sealpost'] : [])]
    expect(seen(domain).stored).toEqual(senders.map((name) => `${name}@${domain}`))
  })
})

/** Names of the world that a resolver can be tested with: the zone, and an address that no longer fits its signature. */
const trustTest = { signed: 'test', broken: 'mx.bogus-a.test' }

describe('case 72: whose word on DNSSEC counts', () => {
  const ask = async (world: World, different: Readonly<Record<string, unknown>>) =>
    (await checkDomains(world, ['ee.test', 'wrong.test'], different)).values().toArray()

  it('unbound is believed when it shows that it validates', async ({ lab }) => {
    expect(await ask(lab.world, { trustAd: 'auto', trustTest })).toMatchObject([
      { verdict: 'authenticated', cause: 'dane' },
      { verdict: 'unauthenticated', cause: 'dane-mismatch' },
    ])
  })

  describe.each([
    { why: 'it takes what should be broken', different: { trustAd: 'auto', trustTest: { ...trustTest, broken: 'mx.ee.test' } } },
    { why: 'the settings say so', different: { trustAd: 'no' } },
  ])('it is not when $why', ({ different }) => {
    it('and DANE is not asked for', async ({ lab }) => {
      const valid = { verdict: 'valid', cause: 'pkix' }
      expect(await ask(lab.world, different)).toMatchObject([valid, valid])
    })
  })
})

function fateOf(status: string | undefined): Fate {
  return status === 'sent' ? 'sent' : 'waits'
}
