import { describe, expect, it } from 'vitest'
import type { HopEnd, HopRecord, Protocol, Stage, Standing } from '../starttls/index.ts'
import { protocols } from '../starttls/index.ts'
import { describeCause, judgeHop } from './index.ts'

function judge(end: HopEnd, overrides: Partial<HopRecord> = {}) {
  const record: HopRecord = {
    endpoint: { host: 'mx.example.test', address: '192.0.2.1', port: 25 },
    protocol: 'smtp',
    security: 'starttls',
    startedAt: 0,
    rejected: [],
    offered: true,
    oddities: [],
    transcript: [],
    ...overrides,
  }
  const { verdict, cause, words } = judgeHop(record, end, 'dns', 0)
  // The evidence keeps the cause alone: each has words of its own.
  expect(describeCause(cause)).not.toBe(cause)
  return { what: `${verdict} ${cause}`, words }
}

function answered(protocol: Protocol, stage: Stage, standing: Standing) {
  return judge({ kind: 'answered', stage, said: { standing, text: 'x' } }, { protocol })
}

describe('an answer that is no consent', () => {
  const table: [Stage, Standing, string][] = [
    ['greeting', 'later', 'temporary greeting-4xx'],
    ['greeting', 'never', 'refused greeting-refused'],
    ['greeting', 'odd', 'broken wrong-code'],
    ['ehlo', 'later', 'temporary ehlo-4xx'],
    ['ehlo', 'odd', 'broken wrong-code'],
    ['starttls', 'later', 'temporary starttls-4xx'],
    ['starttls', 'never', 'broken starttls-refused'],
    ['starttls', 'odd', 'broken starttls-answer'],
    ['inside', 'later', 'broken inside-refused'],
    ['inside', 'never', 'broken inside-refused'],
    ['inside', 'odd', 'broken inside-refused'],
  ]
  it.each(table)('at %s, %s: %s, in each protocol', (stage, standing, expected) => {
    for (const protocol of protocols) expect(answered(protocol, stage, standing).what).toBe(expected)
  })

  it('closing is a refusal for now at any moment (cases 8, 9, 42)', () => {
    for (const protocol of protocols) {
      for (const stage of ['greeting', 'ehlo', 'helo', 'starttls', 'inside'] as const)
        expect(answered(protocol, stage, 'closing').what).toBe('refused rate-limited')
    }
  })

  it('only those who were told our name can refuse it', () => {
    const causes = protocols.map((protocol) => answered(protocol, 'ehlo', 'never').what)
    expect(causes).toEqual([
      'refused name-refused',
      'refused name-refused',
      'broken capabilities-refused',
      'broken capabilities-refused',
      'broken capabilities-refused',
    ])
  })
})

describe('words', () => {
  it("are the protocol's own", () => {
    expect(judge({ kind: 'not-offered' }, { protocol: 'pop3' }).words).toBe('the server does not offer STLS')
    expect(judge({ kind: 'timeout', stage: 'inside', ms: 1 }, { protocol: 'lmtp' }).words).toBe(
      'the server fell silent in answer to LHLO inside TLS',
    )
    expect(judge({ kind: 'malformed', stage: 'ehlo', why: 'x', shown: '' }, { protocol: 'sieve' }).words).toBe(
      "the server's answer is not ManageSieve: x",
    )
  })
})

it('case 42: PREAUTH is plaintext for a reason of its own', () => {
  expect(judge({ kind: 'not-offered' }, { protocol: 'imap', oddities: ['preauth'] }).what).toBe('plaintext preauth')
})

it('case 49: words in the clear where TLS is due from the first octet', () => {
  const failure = { kind: 'failed', why: 'not-tls', detail: 'wrong version number' } as const
  const end = { kind: 'handshake-failed', failure, shown: '220 mx\r\n' } as const
  expect(judge({ ...end, speech: true }, { security: 'implicit' }).what).toBe('broken not-implicit-tls')
  expect(judge({ ...end, speech: false }, { security: 'implicit' }).what).toBe('broken handshake-not-tls')
  expect(judge({ ...end, speech: false }).what).toBe('broken handshake-not-tls')
})

it('what was not reached is not plaintext', () => {
  expect(judge({ kind: 'unreachable', cause: 'no-ipv6', detail: '' }).what).toBe('not-tested no-ipv6')
  expect(judge({ kind: 'closed', stage: 'ehlo', how: 'reset' }).what).toBe('unreachable reset')
  expect(judge({ kind: 'closed', stage: 'starttls', how: 'end' }).what).toBe('broken closed')
})
