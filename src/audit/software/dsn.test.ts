import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formats } from '../format/index.ts'
import { Settings, Unseen } from '../settings.ts'
import { judgeDsn, requireStarttls, useImplicitTls } from './dsn.ts'

function ask(dsn: string, version?: string) {
  const entry = { path: ['dsn'], value: { kind: 'literal', text: dsn, type: 'string' } as const, start: 0, end: 0, line: 1 }
  return judgeDsn(new Settings(new Map([['dsn', entry]]), version))
}

describe('what a DSN gives', () => {
  it.each([
    ['smtp://h.example:587', '7.3', 'opportunistic'],
    ['smtp://h.example:587?require_tls=1', '7.3', 'required-verified'],
    ['smtp://h.example:587?require_tls=1', '7.2', 'opportunistic'],
    ['smtp://h.example:587?require_tls=true&verify_peer=0', '7.3', 'required-unverified'],
    ['smtp://h.example:587?auto_tls=false', '7.1', 'plaintext'],
    ['smtp://h.example:587?auto_tls=false', '7.0', 'opportunistic'],
    ['smtp://h.example:465', '5.4', 'implicit-verified'],
    ['smtp://h.example:465?auto_tls=0', '7.1', 'plaintext'],
    ['smtp://h.example', '5.4', 'implicit-verified'],
    ['smtp://localhost', '5.4', 'opportunistic'],
    ['smtps://h.example?verify_peer=no', '5.4', 'implicit-unverified'],
    ['smtps://h.example?verify_peer=', '5.4', 'implicit-verified'],
    ['smtps://h.example?verify_peer=0&peer_fingerprint=00', '6.4', 'implicit-verified'],
    ['smtps://h.example?verify_peer=0&peer_fingerprint=00', '6.3', 'implicit-unverified'],
    ['failover(smtps://a.example smtp://b.example:587)', '7.3', 'opportunistic'],
    ['postmark+api://KEY@default', '7.3', 'implicit-verified'],
  ])('%s in %s: %s', (dsn, version, mode) => {
    expect(ask(dsn, version).mode).toBe(mode)
  })

  it.each(['sendmail://default', 'native://default', 'ses+smtp://u:p@default', '%env(MAILER_DSN)%', '', 'smtp'])(
    'does not guess at %j',
    (dsn) => {
      expect(() => ask(dsn)).toThrow(Unseen)
    },
  )

  it('says nothing of the password', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          ask(`smtp://user:Geh3im@${text}`)
        } catch (error) {
          expect(JSON.stringify(error)).not.toContain('Geh3im')
        }
      }),
    )
  })
})

describe('mends', () => {
  it('leave user, password and other options as they are', () => {
    const part = fc.stringMatching(/^[\w%.~!$&'()*+,;=-]{1,20}$/)
    fc.assert(
      fc.property(part, part, fc.constantFrom(587, 25, 2525, 26), (user, password, port) => {
        const dsn = `smtp://${user}:${password}@h.example:${port}?local_domain=a.example&verify_peer=0`
        expect(requireStarttls(dsn)).toBe(`smtp://${user}:${password}@h.example:${port}?local_domain=a.example&require_tls=true`)
        const implicit = `smtps://${user}:${password}@h.example:${port === 26 ? 26 : 465}?local_domain=a.example`
        expect(useImplicitTls(dsn)).toBe(implicit)
      }),
    )
  })

  it('do all of several, or none', () => {
    expect(useImplicitTls('failover(smtp://a.example:587 smtp://b.example:25)')).toBe(
      'failover(smtps://a.example:465 smtps://b.example:465)',
    )
    expect(useImplicitTls('failover(smtp://a.example:587 sendmail://default)')).toBeUndefined()
  })

  it('leave mail alone that stays on this machine', () => {
    expect(useImplicitTls('smtp://localhost:25')).toBeUndefined()
    expect(requireStarttls('smtp://127.0.0.1:25')).toBeUndefined()
  })

  it('are written in an env file as a shell reads them', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\w\\"$`@:/?=-]{0,20}$/), (text) => {
        const value = formats.env.read(`KEY=${formats.env.print(text, '"old"')}\n`).entries[0]?.value
        expect(value).toEqual({ kind: 'literal', text, type: 'string' })
      }),
    )
  })
})
