import { describe, expect, it } from 'vitest'
import { beginScram } from './scram.ts'

const nonce = 'rOprNGfwEbeRWgbNEkqO'
const server = '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0'
const salt = 's=W22ZaJ0SNY7soEsUEjb6gQ=='
const begin = () => beginScram({ kind: 'password', user: 'user', password: 'pencil' }, nonce)
const answerOf = async (exchange: ReturnType<typeof begin>, challenge: string): Promise<string> => {
  const step = await exchange.respond(Buffer.from(challenge))
  return step.kind === 'answer' ? step.octets.toString() : `stop: ${step.why}`
}

it('is the exchange of RFC 7677 3', async () => {
  const exchange = begin()
  expect(exchange.initial?.toString()).toBe(`n,,n=user,r=${nonce}`)
  expect(await answerOf(exchange, `r=${nonce}${server},${salt},i=4096`)).toBe(
    `c=biws,r=${nonce}${server},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`,
  )
  expect(exchange.unproven).toMatch(/without proof/)
  expect(await answerOf(exchange, 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')).toBe('')
  expect(exchange.unproven).toBeUndefined()
  expect(await answerOf(exchange, 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')).toMatch(/^stop: /)
})

it('a name that holds what parts the attributes is written so that it does not (RFC 5802 5.1)', () => {
  const exchange = beginScram({ kind: 'password', user: 'a=b,c\u00a0d\u00aa', password: 'x' }, nonce)
  expect(exchange.initial?.toString()).toBe(`n,,n=a=3Db=2Cc da,r=${nonce}`)
})

describe('a challenge that breaks the rules (RFC 5802 5.1, RFC 7677 4) ends the log-in', () => {
  it.each([
    [`r=${nonce},${salt},i=4096`, 'nonce'],
    [`r=${nonce.slice(1)}${server},${salt},i=4096`, 'nonce'],
    [`r=x${nonce}${server},${salt},i=4096`, 'nonce'],
    [`r=${nonce}${server},${salt},i=1`, 'iterations'],
    [`r=${nonce}${server},${salt},i=4095`, 'iterations'],
    [`r=${nonce}${server},${salt},i=1000001`, 'iterations'],
    [`r=${nonce}${server},${salt},i=4000000000`, 'iterations'],
    [`r=${nonce}${server},${salt},i=40000000000`, 'malformed'],
    [`r=${nonce}${server},${salt},i=-4096`, 'malformed'],
    [`r=${nonce}${server},${salt},i=04096`, 'malformed'],
    [`r=${nonce}${server},${salt},i=4e3`, 'malformed'],
    [`r=${nonce}${server},s=,i=4096`, 'malformed'],
    [`r=${nonce}${server},s=W22,i=4096`, 'malformed'],
    [`r=${nonce}${server},s=${'A'.repeat(2_000)},i=4096`, 'malformed'],
    [`m=x,r=${nonce}${server},${salt},i=4096`, 'malformed'],
    [`r=${nonce}${server},i=4096,${salt}`, 'malformed'],
    [`r=${nonce}\u0000${server},${salt},i=4096`, 'malformed'],
    ['e=other-error', 'malformed'],
    ['', 'malformed'],
  ])('%j', async (challenge, why) => {
    expect(await answerOf(begin(), challenge)).toMatch(new RegExp(`^stop: .*${why}`))
  })

  it.each(['v=', 'v=AAAA', `v=${'A'.repeat(43)}=`, 'e=invalid-proof', 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4', ''])(
    'and so does the signature %j',
    async (final) => {
      const exchange = begin()
      await answerOf(exchange, `r=${nonce}${server},${salt},i=4096`)
      expect(await answerOf(exchange, final)).toBe('stop: the server does not prove that it knows the password')
      expect(exchange.unproven).toBeDefined()
    },
  )
})
