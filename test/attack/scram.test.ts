/*
 * The threat: somebody in the relay's place, or in the relay itself, does not know the password and would like to: by
 * a log-in that costs nothing to guess from, by a consent without proof, by a challenge that keeps us busy for hours,
 * or by an answer that was there before the question. None of them may end in `accepted`, nor in the password.
 */
import { describe, expect, it } from 'vitest'
import type { DeliveryScript } from '../support/deliveryServer.ts'
import { challenge, logInWith } from '../support/logInWith.ts'
import { type ScramScript, serveScram } from '../support/scramServer.ts'

const refused = 'unverified'

describe('SCRAM-SHA-256 (RFC 5802 5, RFC 7677 4)', () => {
  it.each<[string, ScramScript, RegExp]>([
    ['consents without a signature', { final: () => undefined }, /without proof/],
    ['signs with another password', { password: 'guess', final: (own) => own }, /does not prove/],
    ['signs with nothing', { final: () => 'v=' }, /does not prove/],
    ['signs with an error', { final: () => 'e=no-resources' }, /does not prove/],
    [
      'wants one iteration, so that the proof is quickly guessed from',
      { first: (nonce) => `r=${nonce}x,s=c2FsdA==,i=1` },
      /1 iterations/,
    ],
    ['wants four billion iterations', { first: (nonce) => `r=${nonce}x,s=c2FsdA==,i=4000000000` }, /4000000000 iterations/],
    [
      'gives our nonce back alone, so that an old log-in may be played again',
      { first: (nonce) => `r=${nonce},s=c2FsdA==,i=4096` },
      /nonce/,
    ],
    ['gives a nonce of its own', { first: () => 'r=fixed,s=c2FsdA==,i=4096' }, /nonce/],
    ['demands an extension', { first: (nonce) => `m=x,r=${nonce}x,s=c2FsdA==,i=4096` }, /malformed/],
  ])('a server that %s', async (_, script, why) => {
    const { result, said } = await logInWith('SCRAM-SHA-256 PLAIN', serveScram(script))
    expect(result).toMatchObject({ kind: refused, why: expect.stringMatching(why) as string })
    expect(said.join(), 'nor is PLAIN tried instead').not.toContain('hunter2')
  })

  it('a consent in place of the first challenge', async () => {
    const { result } = await logInWith('SCRAM-SHA-256', ({ verb }) => (verb === 'AUTH' ? '235 2.7.0 welcome\r\n' : undefined))
    expect(result).toMatchObject({ kind: refused })
  })

  it.each(['334 not base64\r\n', '334-cg==\r\n334 cg==\r\n', '334\r\n', '250 ok\r\n', '354 go\r\n', '334 =\r\n'])(
    '%j for a challenge',
    async (say) => {
      const { result } = await logInWith('SCRAM-SHA-256', ({ verb }) => (verb === 'AUTH' ? say : undefined))
      expect(result).toMatchObject({ kind: refused })
    },
  )
})

describe('any log-in (RFC 4954 4)', () => {
  const ahead: DeliveryScript['answer'] = ({ verb }) =>
    verb === 'EHLO' ? '250-mx\r\n250 AUTH PLAIN LOGIN\r\n235 2.7.0 welcome\r\n' : undefined

  it('a consent that was there before the question: the password is not sent', async () => {
    const { result, said } = await logInWith('PLAIN', ahead)
    expect(result).toMatchObject({ kind: refused })
    expect(said).toEqual([])
  })

  it('a server that asks without end', async () => {
    const { result, said } = await logInWith('LOGIN', ({ verb }) =>
      verb === 'EHLO' || verb === 'QUIT' ? undefined : challenge('more?'),
    )
    expect(result).toMatchObject({ kind: refused })
    expect(said.length).toBeLessThan(6)
  })

  it('a server that is silent is waited for no longer than any (RFC 5321 4.5.3.2)', async () => {
    const { result, clock } = await logInWith('PLAIN', ({ verb }) => (verb === 'AUTH' ? '' : undefined))
    expect(result).toEqual({ kind: 'lost' })
    expect(clock.elapsed).toBeGreaterThanOrEqual(300_000)
  })

  it.each(['421 4.3.2 bye\r\n', '454 4.7.0 later\r\n', '535 5.7.8 no\r\n', '500 what\r\n'])(
    '%j is a refusal with its reply',
    async (say) => {
      const { result } = await logInWith('SCRAM-SHA-256 PLAIN', ({ verb }) => (verb === 'AUTH' ? say : undefined))
      expect(result).toMatchObject({ kind: 'refused', reply: { code: Number(say.slice(0, 3)) } })
    },
  )
})
