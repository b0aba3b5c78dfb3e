import { describe, expect, it } from 'vitest'
import type { Credentials } from '../../../src/smtpclient/index.ts'
import { challenge, logInWith, password } from '../../support/logInWith.ts'
import { serveScram } from '../../support/scramServer.ts'

const token: Credentials = { kind: 'token', user: 'shop@example.test', token: 'ya29.token' }
const welcome = '235 2.7.0 welcome\r\n'
const takeAll = ({ verb }: { verb: string }): string | undefined => (verb === 'AUTH' ? welcome : undefined)

/** Asks for two things, as servers of LOGIN do. */
function serveLogin() {
  let asked = 0
  return ({ verb }: { verb: string }): string | undefined => {
    if (verb === 'EHLO' || verb === 'QUIT') return undefined
    asked += 1
    return asked === 1 ? challenge('Username:') : asked === 2 ? challenge('Password:') : welcome
  }
}

describe('logging in (RFC 4954)', () => {
  it('with SCRAM-SHA-256 where it is offered, so that the server never sees the password (RFC 7677)', async () => {
    const { result, said } = await logInWith('PLAIN LOGIN SCRAM-SHA-256', serveScram())
    expect(result).toEqual({ kind: 'accepted', mechanism: 'SCRAM-SHA-256' })
    expect(said).toEqual([
      expect.stringMatching(/^AUTH SCRAM-SHA-256 n,,n=shop,r=/),
      expect.stringMatching(/^c=biws,r=.*,p=/),
      '',
    ])
    expect(said.join()).not.toContain('hunter2')
  })

  it('with SCRAM, a wrong password is refused by the server', async () => {
    const { result } = await logInWith('SCRAM-SHA-256', serveScram({ password: 'other' }))
    expect(result).toMatchObject({ kind: 'refused', reply: { code: 535 } })
  })

  it('with PLAIN in one round trip (RFC 4616 2)', async () => {
    const { result, said } = await logInWith('LOGIN plain', takeAll)
    expect(result).toEqual({ kind: 'accepted', mechanism: 'PLAIN' })
    expect(said).toEqual(['AUTH PLAIN \0shop\0hunter2'])
  })

  it('with LOGIN where nothing better is offered', async () => {
    const { result, said } = await logInWith('LOGIN', serveLogin())
    expect(result).toEqual({ kind: 'accepted', mechanism: 'LOGIN' })
    expect(said).toEqual(['AUTH LOGIN', 'shop', 'hunter2'])
  })

  it('in the one way that is asked for, or not at all', async () => {
    const plain: Credentials = { ...password, kind: 'password', mechanism: 'PLAIN' } as Credentials
    expect((await logInWith('SCRAM-SHA-256 PLAIN', takeAll, plain)).result).toMatchObject({ mechanism: 'PLAIN' })
    expect((await logInWith('SCRAM-SHA-256 LOGIN', takeAll, plain)).result).toMatchObject({ kind: 'unsupported' })
  })

  it('with XOAUTH2 and a token, and with nothing else', async () => {
    const { result, said } = await logInWith('PLAIN XOAUTH2', takeAll, token)
    expect(result).toEqual({ kind: 'accepted', mechanism: 'XOAUTH2' })
    expect(said).toEqual(['AUTH XOAUTH2 user=shop@example.test\u0001auth=Bearer ya29.token\u0001\u0001'])
    const other = await logInWith('PLAIN LOGIN SCRAM-SHA-256', takeAll, token)
    expect(other).toMatchObject({ result: { kind: 'unsupported', offered: ['PLAIN', 'LOGIN', 'SCRAM-SHA-256'] }, said: [] })
    expect((await logInWith('XOAUTH2', takeAll)).result).toMatchObject({ kind: 'unsupported' })
  })

  it("XOAUTH2's refusal comes as a challenge, and is answered by an empty line", async () => {
    const { result, said } = await logInWith(
      'XOAUTH2',
      ({ verb }) => (verb === 'AUTH' ? challenge('{"status":"401"}') : verb === '' ? '535 5.7.8 expired\r\n' : undefined),
      token,
    )
    expect(result).toMatchObject({ kind: 'refused', reply: { code: 535 } })
    expect(said.at(-1)).toBe('')
  })

  it.each([
    [{ kind: 'password', user: 'a\0b', password: 'x' }, 'user name'],
    [{ kind: 'password', user: 'a', password: 'x\0y' }, 'password'],
    [{ kind: 'token', user: 'a', token: 'x\u0001auth=y' }, 'token'],
    [{ kind: 'token', user: 'a\r\nQUIT', token: 'x' }, 'user name'],
    [{ kind: 'token', user: 'a', token: 'x'.repeat(12_000) }, 'too long'],
  ] as const)('what cannot be sent is told of and not sent: %j', async (credentials, why) => {
    const { result, said } = await logInWith('PLAIN XOAUTH2', takeAll, credentials)
    expect(result).toMatchObject({ kind: 'unusable', why: expect.stringContaining(why) as string })
    expect(said).toEqual([])
  })
})
