import { mkdtemp, rm } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createResolver } from '../../../src/dns/index.ts'
import { describeResult, describeWarning, matchMx, refreshPolicies, resolvePolicy } from '../../../src/mtasts/index.ts'
import { SqlitePolicyCache } from '../../../src/store/index.ts'
import { startDnsServer } from '../../../src/world/index.ts'
import { findClosedPlace, publicAddress } from '../../support/network.ts'
import { type StsLab, goodPolicy, openStsLab, servePolicy, startPolicyHost, stsDomain } from '../../support/policyHost.ts'

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]
const recordName = `_mta-sts.${stsDomain}`

/** A policy host whose answer the test changes as it goes. */
async function startChanging(first: RequestListener = servePolicy()) {
  let answer = first
  const host = await startPolicyHost((request, response) => {
    answer(request, response)
  })
  return {
    ...host,
    set: (next: RequestListener): void => {
      answer = next
    },
    [Symbol.asyncDispose]: async () => host[Symbol.asyncDispose](),
  }
}

const broken: RequestListener = (_, response) => response.writeHead(500).end()

function setRecord(lab: StsLab, ...texts: readonly string[]): void {
  lab.names[recordName] = { TXT: texts }
}

/** In what it comes to, for tests that ask for no more. */
async function brief(lab: StsLab): Promise<string> {
  const result = await resolvePolicy(stsDomain, lab)
  const said =
    result.kind === 'policy'
      ? `${result.mode} ${result.source}`
      : result.kind === 'none'
        ? `none ${result.why.kind}`
        : `failed ${result.failure.kind}`
  return [said, ...result.warnings.map(({ kind }) => kind)].join(', ')
}

describe('a policy that is there', () => {
  it('case 67: is fetched once, and then taken from the cache', async () => {
    await using host = await startChanging()
    const lab = openStsLab(host)
    const first = await resolvePolicy(stsDomain, lab)
    expect(first).toMatchObject({ kind: 'policy', mode: 'enforce', source: 'fetched', id: '1', age: 0, warnings: [] })
    expect(describeResult(first, lab.clock.now())).toBe('MTA-STS policy (enforce) just fetched, good for 7 d')
    await lab.clock.sleep(10 * hour)
    const second = await resolvePolicy(stsDomain, lab)
    expect(second).toMatchObject({ kind: 'policy', source: 'cache', id: '1', age: 10 * hour, warnings: [] })
    expect(
      second.kind === 'policy' && [matchMx(second.policy, 'a.example.net'), matchMx(second.policy, 'a.b.example.net')],
    ).toEqual([true, false])
    expect(host.asked).toHaveLength(1)
  })

  it('the domain is one however it is spelt', async () => {
    await using host = await startChanging()
    const lab = openStsLab(host)
    await resolvePolicy('Example.TEST.', lab)
    expect(await resolvePolicy('example.test', lab)).toMatchObject({ source: 'cache' })
    for (const odd of ['', 'a..test', '[192.0.2.1]', '192.0.2.1', 'a b.test'])
      expect(await resolvePolicy(odd, lab)).toMatchObject({ kind: 'none', why: { kind: 'no-record' } })
    expect(host.asked).toHaveLength(1)
  })

  it('a subdomain has its own or none', async () => {
    await using host = await startChanging()
    const lab = openStsLab(host)
    await resolvePolicy(stsDomain, lab)
    expect(await resolvePolicy(`sub.${stsDomain}`, lab)).toMatchObject({ kind: 'none' })
  })

  it('case 68: mode testing is told, mode none is none', async () => {
    await using host = await startChanging(servePolicy(goodPolicy.replace('enforce', 'testing')))
    const lab = openStsLab(host)
    expect(await brief(lab)).toBe('testing fetched')
    host.set(servePolicy(goodPolicy.replace('enforce', 'none')))
    setRecord(lab, 'v=STSv1; id=2;')
    expect(await brief(lab)).toBe('none mode-none, policy')
    expect(await brief(lab)).toBe('none mode-none, policy')
    expect(host.asked).toHaveLength(2)
  })

  it('what is odd about policy and record is told each time', async () => {
    await using host = await startChanging(servePolicy(`${goodPolicy}nmx: mx2.example.test\n`))
    const lab = openStsLab(host)
    setRecord(lab, 'v=STSv1; id=1; x=y')
    const first = await resolvePolicy(stsDomain, lab)
    const second = await resolvePolicy(stsDomain, lab)
    expect(second.warnings).toEqual(first.warnings)
    expect(second.warnings.map((warning) => describeWarning(warning, lab.clock.now()))).toEqual([
      'the MTA-STS record has a field that is not known: x',
      'the policy has a key that is not known: "nmx"; "mx" was probably meant',
    ])
  })

  it('case 51: a clock of ours that is wrong is told', async () => {
    const lab = openStsLab()
    const ahead = (ms: number) => servePolicy(goodPolicy, { date: new Date(lab.clock.now() - ms).toUTCString() })
    await using host = await startChanging(ahead(4 * minute))
    lab.put(host)
    expect(await brief(lab)).toBe('enforce fetched')
    host.set(ahead(2 * hour))
    setRecord(lab, 'v=STSv1; id=2;')
    const result = await resolvePolicy(stsDomain, lab)
    expect(describeWarning(result.warnings[0] ?? { kind: 'expired', at: 0 }, 0)).toMatch(
      /^the clock of this machine is (?:119|120) min|2 h ahead of that of the policy host$/,
    )
    host.set((_, response) => response.writeHead(404, { date: new Date(lab.clock.now() + day).toUTCString() }).end())
    setRecord(lab, 'v=STSv1; id=3;')
    expect(await brief(lab)).toBe('enforce cache, clock-off, fetch-failed')
  })
})

describe('case 69: what changes', () => {
  it('case 69: another id, the same policy: it is fetched, and its time begins anew', async () => {
    await using host = await startChanging()
    const lab = openStsLab(host)
    await resolvePolicy(stsDomain, lab)
    await lab.clock.sleep(10 * hour)
    setRecord(lab, 'v=STSv1; id=2;')
    expect(await resolvePolicy(stsDomain, lab)).toMatchObject({ source: 'fetched', id: '2', age: 0 })
    expect(await resolvePolicy(stsDomain, lab)).toMatchObject({ source: 'cache', id: '2' })
    expect(host.asked).toHaveLength(2)
  })

  it('case 69: the record vanishes: the policy is enforced until it expires, then it is none', async () => {
    await using host = await startChanging()
    const lab = openStsLab(host)
    await resolvePolicy(stsDomain, lab)
    delete lab.names[recordName]
    await lab.clock.sleep(4 * day + 14 * hour)
    const result = await resolvePolicy(stsDomain, lab)
    expect(result).toMatchObject({ kind: 'policy', mode: 'enforce', source: 'cache', warnings: [{ kind: 'record-lost' }] })
    expect(describeResult(result, lab.clock.now())).toBe('MTA-STS policy (enforce) from cache, 58 h left')
    await lab.clock.sleep(58 * hour - minute)
    expect(await brief(lab)).toBe('enforce cache, record-lost')
    await lab.clock.sleep(minute)
    expect(await brief(lab)).toBe('none no-record, expired')
    expect(host.asked).toHaveLength(1)
  })

  it.each([
    ['two of them', ['v=STSv1; id=1;', 'v=STSv1; id=2;']],
    ['a bad id', ['v=STSv1; id=1-1;']],
    ['quotation marks', ['"v=STSv1; id=1;"']],
  ])('case 68: the record is spoilt (%s): what is cached rules, else there is none', async (_, texts) => {
    await using host = await startChanging()
    const lab = openStsLab(host)
    await resolvePolicy(stsDomain, lab)
    setRecord(lab, ...texts)
    expect(await brief(lab)).toBe('enforce cache, record-lost')
    const other = openStsLab(host)
    setRecord(other, ...texts)
    expect(await brief(other)).toMatch(/^none (?:several-records|bad-record|no-record)$/)
    expect(host.asked).toHaveLength(1)
  })

  it('case 69: DNS fails: what is cached rules, else it is not known', async () => {
    await using host = await startChanging()
    const lab = openStsLab(host)
    await resolvePolicy(stsDomain, lab)
    lab.names[recordName] = 'fail'
    expect(await brief(lab)).toBe('enforce cache, record-unknown')
    const other = openStsLab(host)
    other.names[recordName] = 'fail'
    expect(await resolvePolicy(stsDomain, other)).toMatchObject({
      kind: 'failed',
      failure: { kind: 'record' },
      retryAt: undefined,
    })
    expect(host.asked).toHaveLength(1)
  })

  it('case 69: whoever keeps DNS from us does not keep the policy from being renewed', async () => {
    await using host = await startChanging()
    const lab = openStsLab(host)
    await resolvePolicy(stsDomain, lab)
    lab.names[recordName] = 'fail'
    for (let days = 0; days < 10; days++) {
      await lab.clock.sleep(day)
      expect(await brief(lab)).toBe('enforce fetched, record-unknown')
    }
  })

  it('the policy of a domain that has moved is fetched again when a host is not in it', async () => {
    await using host = await startChanging()
    const lab = openStsLab(host)
    await resolvePolicy(stsDomain, lab)
    host.set(servePolicy(goodPolicy.replace('mx.example.test', 'mx.moved.test')))
    expect(await resolvePolicy(stsDomain, { ...lab, again: true })).toMatchObject({ source: 'cache' })
    await lab.clock.sleep(5 * minute)
    const result = await resolvePolicy(stsDomain, { ...lab, again: true })
    expect(result).toMatchObject({ source: 'fetched', policy: { mx: ['mx.moved.test', '*.example.net'] } })
  })
})

describe('case 68: a fetch that fails', () => {
  it('case 68: is told, not repeated for five minutes, then repeated', async () => {
    await using host = await startChanging(broken)
    const lab = openStsLab(host)
    const first = await resolvePolicy(stsDomain, lab)
    expect(first).toMatchObject({ kind: 'failed', failure: { kind: 'http-status', status: 500 } })
    expect(describeResult(first, lab.clock.now())).toBe(
      'MTA-STS policy not known: the policy host answers with status 500 instead of 200; next try in 5 min',
    )
    host.set(servePolicy())
    await lab.clock.sleep(5 * minute - 1_000)
    expect(await brief(lab)).toBe('failed http-status')
    expect(host.asked).toHaveLength(1)
    await lab.clock.sleep(1_000)
    expect(await brief(lab)).toBe('enforce fetched')
    expect(host.asked).toHaveLength(2)
  })

  it('case 68: another id is another try', async () => {
    await using host = await startChanging(broken)
    const lab = openStsLab(host)
    await resolvePolicy(stsDomain, lab)
    setRecord(lab, 'v=STSv1; id=2;')
    await resolvePolicy(stsDomain, lab)
    expect(host.asked).toHaveLength(2)
  })

  it('case 69: what is cached rules to its end, with the failure named; then it is not known', async () => {
    await using host = await startChanging()
    const lab = openStsLab(host)
    await resolvePolicy(stsDomain, lab)
    host.set(broken)
    for (let days = 1; days < 7; days++) {
      await lab.clock.sleep(day)
      expect(await brief(lab)).toBe('enforce cache, fetch-failed')
      // Asked at once again, nothing is fetched.
      expect(await brief(lab)).toBe('enforce cache, fetch-failed')
    }
    expect(host.asked).toHaveLength(7)
    await lab.clock.sleep(day)
    expect(await brief(lab)).toBe('failed http-status, expired')
    host.set(servePolicy())
    await lab.clock.sleep(5 * minute)
    expect(await brief(lab)).toBe('enforce fetched')
  })

  it('case 68: nobody at the policy host', async () => {
    await using host = await startChanging()
    const lab = openStsLab(host)
    lab.put(await findClosedPlace())
    expect(await brief(lab)).toBe('failed connect')
    await lab.clock.sleep(5 * minute)
    lab.put(host)
    expect(await brief(lab)).toBe('enforce fetched')
  })
})

describe('refreshing', () => {
  it('a day later it is fetched anew, though nothing has changed', async () => {
    await using host = await startChanging()
    const lab = openStsLab(host)
    await resolvePolicy(stsDomain, lab)
    await lab.clock.sleep(day)
    expect(await brief(lab)).toBe('enforce fetched')
    expect(host.asked).toHaveLength(2)
  })

  it('what is due is fetched without mail to the domain; what has expired is forgotten', async () => {
    await using host = await startChanging()
    const lab = openStsLab(host)
    await resolvePolicy(stsDomain, lab)
    const bounds = { limit: 100, parallel: 4 }
    await lab.clock.sleep(day - minute)
    expect((await refreshPolicies(lab, bounds)).size).toBe(0)
    await lab.clock.sleep(minute)
    expect([...(await refreshPolicies(lab, bounds))]).toMatchObject([[stsDomain, { source: 'fetched' }]])
    expect(host.asked).toHaveLength(2)
    delete lab.names[recordName]
    await lab.clock.sleep(8 * day)
    expect((await refreshPolicies(lab, bounds)).size).toBe(0)
    expect((await lab.cache.get(stsDomain)).held).toBeUndefined()
  })
})

it('case 69: the policy outlives the program that fetched it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  await using host = await startChanging()
  const lab = openStsLab(host)
  {
    using cache = SqlitePolicyCache.open(folder)
    expect(await resolvePolicy(stsDomain, { ...lab, cache })).toMatchObject({ source: 'fetched' })
  }
  delete lab.names[recordName]
  lab.put(await findClosedPlace())
  {
    using cache = SqlitePolicyCache.open(folder)
    expect(await resolvePolicy(stsDomain, { ...lab, cache })).toMatchObject({ mode: 'enforce', source: 'cache' })
  }
  await rm(folder, { recursive: true })
})

it('case 67: with real DNS, record and policy host behind aliases, the record in pieces', async () => {
  await using host = await startPolicyHost(servePolicy())
  await using dns = await startDnsServer({
    [recordName]: { CNAME: '_mta-sts.provider.test' },
    '_mta-sts.provider.test': { TXT: [['v=STSv1; i', 'd=20260101;']] },
    [`mta-sts.${stsDomain}`]: { CNAME: 'sts.provider.test' },
    'sts.provider.test': { A: [publicAddress] },
  })
  const lab = openStsLab(host)
  const servers = [{ address: dns.host, port: dns.port }]
  const resolver = createResolver({ servers, timeoutMs: 5_000, tries: 1, clock: lab.clock })
  expect(await resolvePolicy(stsDomain, { ...lab, resolver })).toMatchObject({ kind: 'policy', mode: 'enforce', id: '20260101' })
  // The certificate is for the name that was asked for, not for the alias.
  expect(lab.network.dialed).toEqual([{ host: `mta-sts.${stsDomain}`, address: publicAddress, port: 443 }])
})
