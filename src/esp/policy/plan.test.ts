import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { switchProviders } from './find.ts'
import { planChange } from './plan.ts'
import type { Provider } from './provider.ts'
import { type Holder, type HopLevel, type Settings, reaches } from './setting.ts'

const booleans = [true, false]

/** Every state a provider's switch can be in, by its documentation. */
const states: Readonly<Record<string, readonly Settings[]>> = {
  'amazon-ses': [
    {},
    { TlsPolicy: 'OPTIONAL', SendingPoolName: 'pool', MaxDeliverySeconds: 3600 },
    { TlsPolicy: 'REQUIRE', SendingPoolName: 'pool' },
  ],
  mailgun: booleans.flatMap((require_tls) => booleans.map((skip_verification) => ({ require_tls, skip_verification }))),
  sendgrid: booleans.flatMap((require_tls) =>
    booleans.flatMap((require_valid_cert) => [
      { require_tls, require_valid_cert },
      ...[1.1, 1.2, 1.3].map((version) => ({ require_tls, require_valid_cert, version })),
    ]),
  ),
  resend: [{}, { tls: 'enforced' }, { tls: 'opportunistic' }],
}

const holder: Holder = { kind: 'domain', name: 'shop.example', id: 'shop.example' }
const every = switchProviders.flatMap((provider) => (states[provider.id] ?? []).map((settings) => ({ provider, settings })))

function plan(provider: Provider, settings: Settings, wanted: HopLevel) {
  return planChange(provider, { kind: 'read', holder, settings, level: provider.judge(settings) }, wanted)
}

describe('a change', () => {
  it.each(every)('of $provider.id from $settings moves up, or does nothing', ({ provider, settings }) => {
    for (const wanted of ['encrypted', 'valid'] as const) {
      if (!reaches(provider.strongest, wanted)) continue
      const planned = plan(provider, settings, wanted)
      const level = provider.judge(settings)
      if (planned.kind === 'nothing') {
        expect(level !== undefined && reaches(level, wanted)).toBe(true)
        continue
      }
      expect(planned.lowers).toBe(false)
      expect(reaches(planned.to, wanted)).toBe(true)
      if (level !== undefined) expect(reaches(planned.to, level)).toBe(true)
      // Once made, there is nothing left to do.
      expect(plan(provider, planned.settings, wanted).kind).toBe('nothing')
    }
  })

  it.each(every)(
    'of $provider.id from $settings to opportunistic lowers, and only when asked by name',
    ({ provider, settings }) => {
      const planned = plan(provider, settings, 'opportunistic')
      if (provider.judge(settings) === 'opportunistic') expect(planned.kind).toBe('nothing')
      else expect(planned).toMatchObject({ kind: 'change', to: 'opportunistic', lowers: true })
    },
  )

  it('keeps what SES would lose with it: the options are put in one piece', () => {
    const [ses] = switchProviders
    const planned = ses && plan(ses, { TlsPolicy: 'OPTIONAL', SendingPoolName: 'pool', MaxDeliverySeconds: 3600 }, 'encrypted')
    expect(planned).toMatchObject({
      kind: 'change',
      changes: [{ setting: 'TlsPolicy', from: 'OPTIONAL', to: 'REQUIRE' }],
      request: { body: { text: '{"TlsPolicy":"REQUIRE","SendingPoolName":"pool","MaxDeliverySeconds":3600}' } },
    })
  })

  it('of SendGrid keeps a demand for certificates that is there already', () => {
    const sendgrid = switchProviders.find(({ id }) => id === 'sendgrid')
    expect(sendgrid?.demand({ require_tls: false, require_valid_cert: true }, 'encrypted')).toMatchObject({
      require_tls: true,
      require_valid_cert: true,
    })
  })

  it('of SendGrid leaves no floor below TLS 1.2, and none lower than it was', () => {
    const sendgrid = switchProviders.find(({ id }) => id === 'sendgrid')
    for (const settings of states['sendgrid'] ?? []) {
      const wanted = sendgrid?.demand(settings, 'encrypted')
      expect(Number(wanted?.['version'])).toBeGreaterThanOrEqual(Math.max(1.2, Number(settings['version'] ?? 0)))
    }
  })
})

describe('an answer', () => {
  const documented: Readonly<Record<string, unknown>> = {
    'amazon-ses': { ConfigurationSetName: 'news', DeliveryOptions: { TlsPolicy: 'REQUIRE' } },
    mailgun: { domain: { require_tls: true, skip_verification: true } },
    sendgrid: { require_tls: true, require_valid_cert: false, version: 1.2 },
    resend: { id: 'd91cd9bd-1176-453e-8fc1-35364d380206', name: 'shop.example', tls: 'enforced' },
  }

  it.each(switchProviders)('of $id is read where it is as documented', (provider) => {
    const settings = provider.readSettings(documented[provider.id])
    expect(settings && provider.judge(settings)).toBe('encrypted')
  })

  it.each(switchProviders)('of $id that is anything else is never taken for a demand, and breaks nothing', (provider) => {
    fc.assert(
      fc.property(fc.jsonValue(), (answer) => {
        const settings = provider.readSettings(answer)
        if (settings) expect(provider.judge(settings)).not.toBe('valid')
        provider.list?.read(answer, undefined)
      }),
    )
  })

  // Each documented answer with one value replaced by another type: "true" and 1 are not true.
  it.each(
    switchProviders.flatMap((provider) =>
      ['true', 'yes', 1, [], {}, 'REQUIRED', 'Enforced', 1.15].map((odd) => ({ provider, odd })),
    ),
  )('of $provider.id with $odd for a switch is not as documented', ({ provider, odd }) => {
    for (const name of ['TlsPolicy', 'require_tls', 'tls']) {
      const text = JSON.stringify(documented[provider.id], (key, value: unknown) => (key === name ? odd : value))
      if (text === JSON.stringify(documented[provider.id])) continue
      expect(provider.readSettings(JSON.parse(text))).toBeUndefined()
    }
  })

  it.each(['../account', 'a/b', 'shop.example?x=1', 'shop\r\n.example', '', 'a'.repeat(300)])(
    'whose list names %j is not followed anywhere',
    (name) => {
      for (const provider of switchProviders) {
        expect(provider.list?.read({ items: [{ name }], data: [{ id: '1', name }], ConfigurationSets: [name] }, undefined)).toBe(
          undefined,
        )
      }
    },
  )
})
