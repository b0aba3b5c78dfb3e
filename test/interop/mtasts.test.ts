/** MTA-STS end to end: BIND, unbound, an HTTPS policy host with each fault of case 68, and Postfix. */
import { join } from 'node:path'
import { describe, expect, it as base } from 'vitest'
import { type World, domainOf, startWorld } from './demand/world.ts'
import { checkDomains, createDataFolder, sendToDomains } from './demand/send.ts'
import { stsScenarios } from './demand/sts.ts'
import { repository } from './lab/requirement.ts'

/** Those that do not take a minute. */
const quick = stsScenarios.filter(({ slow }) => !slow)

async function observe(world: World, domains: readonly string[]) {
  const program = join(repository, 'test/interop/askSts.ts')
  const asked = await world.run([process.execPath, program, world.authority, ...domains])
  if (asked.status !== 0) throw new Error(asked.stderr)
  const soon = quick.map(domainOf)
  const checked = await checkDomains(world, soon)
  const workplace = createDataFolder(world)
  const sent = await sendToDomains(world, soon, { workplace })
  const stored = await Promise.all([...world.servers.values()].map((server) => server.collect()))
  world.policyHost.close()
  const later = await sendToDomains(world, soon, { name: 'later', workplace })
  return {
    said: JSON.parse(asked.stdout) as Readonly<Record<string, readonly string[]>>,
    checked,
    sent,
    stored: stored.flat().map(({ recipient }) => recipient),
    later,
  }
}

const it = base
  .extend('domains', { scope: 'file' }, stsScenarios.map(domainOf))
  .extend('seen', { scope: 'file' }, async ({ domains }, { onCleanup }) => {
    const world = await startWorld()
    onCleanup(() => world[Symbol.asyncDispose]())
    return observe(world, domains)
  })

describe.each(stsScenarios)('case 68: $about ($label)', ({ label, says }) => {
  it('is named', ({ seen }) => {
    const said = seen.said[domainOf({ label })]?.join('\n')
    for (const words of says) expect(said).toMatch(new RegExp(words.source, 'm'))
  })
})

describe.each(quick)('$about ($label)', (scenario) => {
  const domain = domainOf(scenario)

  it('is seen and treated as RFC 8461 says', ({ seen }) => {
    expect(seen.checked.get(domain)).toMatchObject(scenario.check)
    expect(seen.sent.get(domain), seen.sent.get(domain)?.reason).toMatchObject(scenario.send)
    expect(seen.stored.includes(`sealpost@${domain}`)).toBe(scenario.send.state === 'sent')
  })
})

describe.each([
  { label: 'sts-crlf', outcome: { state: 'sent', verdict: 'authenticated' } },
  { label: 'sts-other', outcome: { state: 'held' } },
  { label: 'sts-testing', outcome: { state: 'sent', verdict: 'valid' } },
  // It held for no time at all.
  { label: 'sts-zero', outcome: { state: 'sent', verdict: 'valid' } },
])('case 68: the policy host of $label is gone', ({ label, outcome }) => {
  it('and what was fetched from it before rules', ({ seen }) => {
    const line = seen.later.get(domainOf({ label }))
    expect(line, line?.reason).toMatchObject(outcome)
  })
})
