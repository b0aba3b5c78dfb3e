import { expect, it } from 'vitest'
import type { TlsFacts } from '../tls/index.ts'
import { type Level, type Verdict, decideDelivery, decideDemand, decidePolicy, levels, plainGround, verdicts } from './index.ts'

const facts = (version: string, forwardSecrecy: boolean): TlsFacts => ({
  version,
  cipher: 'C',
  group: undefined,
  forwardSecrecy,
  resumed: false,
  servername: undefined,
  chain: [],
  shown: [],
  trustError: undefined,
})
const sts = { kind: 'not-asked' } as const
const sessions = { good: facts('TLSv1.3', true), old: facts('TLSv1.1', true), static: facts('TLSv1.2', false) }

function decide(level: Level, verdict: Verdict, session: TlsFacts): string {
  const policy = decidePolicy({ domain: 'x.test', campaign: level, domains: {}, floor: 'TLSv1.2', login: false, sts })
  return decideDelivery(decideDemand(policy, plainGround(false)), { verdict, cause: 'c', words: 'w' }, session).kind
}

it('decides each level against each verdict and each kind of session (golden)', async () => {
  const lines = levels.flatMap((level) =>
    verdicts.flatMap((verdict) =>
      Object.entries(sessions).map(
        ([name, session]) => `${level.padEnd(13)} ${verdict.padEnd(15)} ${name.padEnd(6)} ${decide(level, verdict, session)}`,
      ),
    ),
  )
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('decide.golden.txt')
})

it('never delivers below the level that is asked', () => {
  const reached: Verdict[] = ['plaintext', 'unauthenticated', 'valid', 'authenticated']
  for (const level of levels) {
    for (const verdict of verdicts) {
      const enough = reached.indexOf(verdict) >= levels.indexOf(level)
      expect(decide(level, verdict, sessions.good) === 'deliver', `${level} ${verdict}`).toBe(enough)
    }
  }
})

it('raises a level for a domain, and never lowers it', () => {
  const input = { domain: 'bank.test', campaign: 'encrypted', floor: 'TLSv1.2', login: false, sts } as const
  expect(decidePolicy({ ...input, domains: { 'bank.test': 'valid' } })).toMatchObject({
    level: 'valid',
    reason: expect.stringContaining('bank.test') as string,
  })
  expect(decidePolicy({ ...input, domains: { 'bank.test': 'opportunistic' } }).level).toBe('encrypted')
  expect(decidePolicy({ ...input, domain: 'constructor', domains: {} }).level).toBe('encrypted')
})

it('lowers a level where a person released it, and never raises one by that', () => {
  const input = { domain: 'bank.test', campaign: 'encrypted', domains: { 'bank.test': 'authenticated' } } as const
  const more = { floor: 'TLSv1.2', login: false, sts } as const
  expect(decidePolicy({ ...input, ...more, released: 'valid' })).toMatchObject({
    level: 'valid',
    reason: 'released to valid by hand',
  })
  const other = decidePolicy({ ...input, ...more, domain: 'x.test', released: 'valid' })
  expect(other).toMatchObject({ level: 'encrypted', reason: 'the campaign asks for encrypted' })
  expect(decidePolicy({ ...input, ...more, login: true, released: 'opportunistic' }).level).toBe('authenticated')
})

it('demands of a relay with a log-in that it proves who it is, whatever the campaign asks', () => {
  for (const campaign of levels) {
    const policy = decidePolicy({ domain: 'x.test', campaign, domains: {}, floor: 'TLSv1.2', login: true, sts })
    expect(policy.level).toBe('authenticated')
    expect(policy.floor).toBe('TLSv1.2')
  }
})

it('gives equal demands one id, and different ones another', () => {
  const id = (campaign: Level, floor: 'TLSv1.2' | 'TLSv1.3') =>
    decidePolicy({ domain: 'x.test', campaign, domains: {}, floor, login: false, sts }).id
  const all = levels.flatMap((level) => [id(level, 'TLSv1.2'), id(level, 'TLSv1.3')])
  expect(new Set(all).size).toBe(all.length)
  expect(id('valid', 'TLSv1.2')).toBe(id('valid', 'TLSv1.2'))
})
