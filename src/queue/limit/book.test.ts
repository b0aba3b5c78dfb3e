import { expect, test } from 'vitest'
import { systemClock } from '../../clock.ts'
import { type DeliveryRule, LimitBook, type SharedRule } from './index.ts'

const lane: DeliveryRule = {
  connections: 10,
  messagesPerConnection: 100,
  recipientsPerTransaction: 100,
  messagesPerHour: undefined,
  warmUp: [],
}

const suffixes: Readonly<Record<string, string>> = {
  'outlook.com': 'microsoft',
  'google.com': 'google',
  'yahoodns.net': 'yahoo',
}

function bookOf(rules: readonly SharedRule[], change: Partial<DeliveryRule> = {}): LimitBook {
  return new LimitBook({
    lane: { ...lane, ...change },
    rules,
    providerOf: (host) => Object.entries(suffixes).find(([suffix]) => host.endsWith(suffix))?.[1],
    clock: systemClock,
    random: () => 0,
    usage: { addUsage: async () => undefined, usage: async () => ({ firstHour: undefined, hours: [] }) },
  })
}

test('hosts of no provider have the limits of a lane, and share none', () => {
  expect(bookOf([]).limitsFor(['mail.example.org'], 'example.org')).toEqual({ rule: lane, shared: undefined })
  expect(bookOf([]).limitsFor([], 'example.org').shared).toBeUndefined()
})

test('customers of one provider share a limit, whatever their hosts are called', () => {
  const book = bookOf([])
  const one = book.limitsFor(['a-example.mail.protection.outlook.com'], 'a.example')
  const other = book.limitsFor(['b-example.mail.protection.outlook.com'], 'b.example')
  expect(one.shared).toBe(other.shared)
  expect(one.shared?.scope).toBe('provider microsoft')
  expect(book.limitsFor(['aspmx.l.google.com'], 'c.example').shared).not.toBe(one.shared)
})

test('a provider has what it publishes, and what is general for the rest', () => {
  const book = bookOf([], { messagesPerHour: 500, warmUp: [5] })
  const yahoo = book.limitsFor(['mta5.am0.yahoodns.net'], 'yahoo.com')
  expect(yahoo.shared?.rule).toEqual({ ...lane, messagesPerConnection: 20, messagesPerHour: 500, warmUp: [5] })
  // Counted once: for the provider, not for the lane again.
  expect(yahoo.rule).toEqual({ ...lane, messagesPerConnection: 20 })
  const microsoft = book.limitsFor(['a.mail.protection.outlook.com'], 'a.example')
  expect([microsoft.shared?.rule.connections, microsoft.rule.connections]).toEqual([50, 10])
})

test("a domain that names a provider's host beside its own does not belong to the provider", () => {
  const hosts = ['aspmx.l.google.com', 'mail.attacker.example']
  const book = bookOf([
    { match: { kind: 'provider', provider: 'google' }, change: { connections: 2 } },
    { match: { kind: 'mx', pattern: '*.google.com' }, change: { connections: 3 } },
  ])
  expect(book.limitsFor(hosts, 'attacker.example')).toEqual({ rule: lane, shared: undefined })
})

test('the first rule that matches counts, and goes before what is published', () => {
  const book = bookOf([
    { match: { kind: 'domain', domain: 'slow.example' }, change: { messagesPerHour: 20 } },
    { match: { kind: 'mx', pattern: '*.am0.yahoodns.net' }, change: { messagesPerConnection: 5, connections: 30 } },
    { match: { kind: 'mx', pattern: 'mail.example.org' }, change: { connections: 1 } },
    { match: { kind: 'provider', provider: 'yahoo' }, change: { connections: 2 } },
  ])
  const find = (host: string, domain: string) => book.limitsFor([host], domain)
  expect(find('mta.am0.yahoodns.net', 'slow.example').shared?.scope).toBe('domain slow.example')
  const pattern = find('MTA5.am0.yahoodns.net.', 'yahoo.com')
  expect(pattern.shared?.scope).toBe('mx *.am0.yahoodns.net')
  expect(pattern.rule).toMatchObject({ messagesPerConnection: 5, connections: 30 })
  expect(find('mx-aol.yahoodns.net', 'aol.com').shared?.rule).toMatchObject({ messagesPerConnection: 20, connections: 2 })
  expect(find('mail.example.org', 'example.org').shared?.scope).toBe('mx mail.example.org')
  expect(find('other-mail.example.org', 'example.org').shared).toBeUndefined()
  expect(find('evilam0.yahoodns.net', 'a.example').shared?.scope).toBe('provider yahoo')
})

test('a rule lifts a limit that is general', () => {
  const match = { kind: 'provider', provider: 'google' } as const
  const host = ['aspmx.l.google.com']
  const lifted = bookOf([{ match, change: { messagesPerHour: undefined } }], { messagesPerHour: 5 })
  expect(lifted.limitsFor(host, 'a.example').shared?.rule.messagesPerHour).toBeUndefined()
  const kept = bookOf([{ match, change: { connections: undefined } }], { messagesPerHour: 5 })
  expect(kept.limitsFor(host, 'a.example').shared?.rule).toMatchObject({ messagesPerHour: 5, connections: 10 })
})

test('a lane has limits of its own', () => {
  expect(bookOf([]).limitLane('mail.example.org', lane)).toMatchObject({ scope: 'lane mail.example.org', rule: lane })
})
