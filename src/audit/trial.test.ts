import { describe, expect, it } from 'vitest'
import { exampleHost, exampleResult, findingOf } from '../../test/support/examined.ts'
import type { HostResult } from '../check/index.ts'
import { type Mode, modes } from './mode.ts'
import { type Outcome, judgeTrial, targetOf } from './trial.ts'

/** Servers as check describes them. */
const servers = {
  good: exampleHost({ verdict: 'authenticated', findings: [] }),
  'good, and takes nothing without TLS': exampleHost({
    verdict: 'authenticated',
    findings: [findingOf('tls-demanded', 'info', '530')],
  }),
  'without STARTTLS': exampleHost({ verdict: 'plaintext', cause: 'not-offered', findings: [], tls: undefined }),
  'with a bad certificate': exampleHost({ verdict: 'unauthenticated', cause: 'expired', findings: [] }),
  'that fails at STARTTLS': exampleHost({ verdict: 'broken', cause: 'starttls-refused', findings: [], tls: undefined }),
  'in plaintext where TLS is due': exampleHost({ verdict: 'broken', cause: 'not-implicit-tls', findings: [], tls: undefined }),
  'with TLS where plaintext is due': exampleHost({
    verdict: 'unreachable',
    cause: 'greeting-timeout',
    findings: [findingOf('implicit-tls-instead', 'medium', 'port 465 is silent')],
    tls: undefined,
  }),
  'that is not there': exampleHost({ verdict: 'unreachable', cause: 'timeout', findings: [], tls: undefined }),
  'that puts us off': exampleHost({ verdict: 'refused', cause: 'rate-limited', findings: [], tls: undefined }),
} as const satisfies Readonly<Record<string, HostResult>>

/** By mode, in their order: plaintext, opportunistic, required and implicit unverified, required and implicit verified. */
const expected: Readonly<Record<keyof typeof servers, readonly Outcome[]>> = {
  good: ['plaintext', 'strippable', 'unverified', 'unverified', 'verified', 'verified'],
  'good, and takes nothing without TLS': ['stops', 'strippable', 'unverified', 'unverified', 'verified', 'verified'],
  'without STARTTLS': ['plaintext', 'plaintext', 'stops', 'stops', 'stops', 'stops'],
  'with a bad certificate': ['plaintext', 'strippable', 'unverified', 'unverified', 'stops', 'stops'],
  'that fails at STARTTLS': ['plaintext', 'plaintext', 'stops', 'stops', 'stops', 'stops'],
  'in plaintext where TLS is due': ['stops', 'stops', 'stops', 'stops', 'stops', 'stops'],
  'with TLS where plaintext is due': ['stops', 'stops', 'stops', 'stops', 'stops', 'stops'],
  'that is not there': Array.from({ length: modes.length }, () => 'not-tested' as const),
  'that puts us off': Array.from({ length: modes.length }, () => 'not-tested' as const),
}

describe.each(Object.entries(servers))('a server %s', (name, host) => {
  it.each(modes.map((mode, index) => [mode, expected[name as keyof typeof servers][index]] as const))(
    '%s: %s',
    (mode, outcome) => {
      const trial = judgeTrial(mode, exampleResult({ hosts: [host] }))
      expect(trial.outcome).toBe(outcome)
      expect(trial.words).not.toBe('')
    },
  )
})

it('the worst of several addresses counts', () => {
  const result = exampleResult({ hosts: [servers.good, servers['with a bad certificate']] })
  expect(judgeTrial('required-verified', result).outcome).toBe('stops')
})

it.each<[string | undefined, number | undefined, Mode, string | undefined]>([
  ['smtp.example.com', 587, 'required-verified', 'submission://smtp.example.com:587'],
  ['smtp.example.com', 465, 'implicit-verified', 'smtps://smtp.example.com:465'],
  ['2001:db8::1', 25, 'plaintext', 'submission://2001:db8::1:25'],
  ['YOUR HOST', 25, 'plaintext', undefined],
  ['', 25, 'plaintext', undefined],
  [undefined, 25, 'plaintext', undefined],
  ['smtp.example.com', 0, 'plaintext', undefined],
  ['smtp.example.com', 70_000, 'plaintext', undefined],
])('%s port %s, %s: %s', (host, port, mode, text) => {
  expect(targetOf(host, port, mode)?.text).toBe(text)
})
