import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDomain } from '../smtp/index.ts'
import { listEndpoints, mailboxProviders, providerKinds, recognise, sendingProviders } from './index.ts'

const endpoints = sendingProviders.flatMap((provider) => listEndpoints(provider).map((endpoint) => ({ provider, endpoint })))

describe('the directory of sending providers', () => {
  it('has every row and endpoint of the material', () => {
    expect(sendingProviders).toHaveLength(112)
    expect(new Set(sendingProviders.map(({ id }) => id)).size).toBe(112)
    expect(endpoints).toHaveLength(562)
    expect(endpoints.filter(({ endpoint }) => endpoint.seen)).toHaveLength(423)
    expect(sendingProviders.flatMap(({ spf }) => spf)).toHaveLength(59)
    expect(sendingProviders.flatMap(({ returnPaths }) => returnPaths)).toHaveLength(27)
    expect(sendingProviders.flatMap(({ sources }) => sources)).toHaveLength(146)
    expect(sendingProviders.filter(({ outbound }) => outbound)).toHaveLength(8)
    const kinds = Map.groupBy(sendingProviders, ({ kind }) => kind)
    expect(Object.fromEntries(providerKinds.map((kind) => [kind, kinds.get(kind)?.length]))).toEqual({
      esp: 25,
      marketing: 9,
      relay: 5,
      mailbox: 73,
    })
  })

  it('names domains, hosts and ports as DNS and TCP know them', () => {
    for (const { spf, returnPaths, domains = [] } of sendingProviders)
      for (const name of [...spf, ...returnPaths, ...domains]) {
        // An underscore may begin a label of what SPF includes, though of no host.
        expect(parseDomain(name.replaceAll('_', 'x'))).toBe(name.replaceAll('_', 'x'))
        expect(name).toContain('.')
      }
    for (const { endpoint } of endpoints) {
      expect(isIP(endpoint.host) === 0 ? parseDomain(endpoint.host) : endpoint.host).toBe(endpoint.host)
      expect(endpoint.port).toSatisfy((port) => Number.isInteger(port) && port > 0 && port < 65_536)
    }
  })

  it('has each host and port once; one host alone is of two providers, which are one company', () => {
    const owners = Map.groupBy(endpoints, ({ endpoint }) => `${endpoint.host}:${endpoint.port}`)
    const shared = [...owners].flatMap(([place, all]) =>
      all.length > 1 ? [[place, ...all.map(({ provider }) => provider.id)]] : [],
    )
    expect(shared).toEqual([
      ['outlook.office365.com:993', 'outlook365', 'outlook-com'],
      ['outlook.office365.com:995', 'outlook365', 'outlook-com'],
    ])
  })

  it('gives each row a date, and each row with an endpoint that was seen a source', () => {
    for (const provider of sendingProviders) {
      expect(provider.id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
      expect(provider.checkedOn).toMatch(/^\d{4}-\d{2}-\d{2}$/)
      expect(Number.isNaN(Date.parse(provider.checkedOn))).toBe(false)
      if (provider.docs !== undefined) expect(new URL(provider.docs).protocol).toBe('https:')
      if (listEndpoints(provider).some(({ seen }) => seen)) expect(provider.sources).not.toEqual([])
      if (provider.places.length === 0) expect(provider.logins).toEqual([])
    }
  })

  it('marks as unseen no port that a place does not have', () => {
    for (const place of sendingProviders.flatMap(({ places }) => places)) {
      const ports = [...(place.starttls ?? []), ...(place.optional ?? []), ...(place.implicit ?? [])]
      expect(new Set(ports).size).toBe(ports.length)
      expect(ports).toEqual(expect.arrayContaining([...(place.unseen ?? [])]))
    }
  })

  it('lists endpoints by host, with region and security', () => {
    const [ses] = sendingProviders
    expect(ses && listEndpoints(ses).slice(3, 6)).toEqual([
      {
        host: 'email-smtp.us-east-1.amazonaws.com',
        port: 465,
        protocol: 'smtp',
        security: 'implicit',
        region: 'us-east-1',
        seen: true,
      },
      {
        host: 'email-smtp.us-east-1.amazonaws.com',
        port: 2465,
        protocol: 'smtp',
        security: 'implicit',
        region: 'us-east-1',
        seen: true,
      },
      {
        host: 'email-smtp.us-east-2.amazonaws.com',
        port: 25,
        protocol: 'smtp',
        security: 'starttls',
        region: 'us-east-2',
        seen: true,
      },
    ])
  })
})

describe('recognise', () => {
  it.each([
    ['host', 'smtp.sendgrid.net', ['sendgrid']],
    ['host', 'SMTP.SendGrid.Net.', ['sendgrid']],
    ['host', 'email-smtp.eu-west-1.amazonaws.com', ['amazon-ses']],
    ['host', 'outlook.office365.com', ['outlook365', 'outlook-com']],
    ['host', 'smtp-relay.gmail.com', ['google-workspace-relay']],
    ['host', 'aspmx.l.google.com', ['google']],
    ['host', 'o1.email.mtasv.net', []],
    ['host', 'mta.pm.mtasv.net', ['postmark']],
    ['mx', 'feedback-smtp.us-east-1.amazonses.com', ['amazon-ses', 'resend']],
    ['mx', 'mxa.mailgun.org', ['mailgun']],
    ['mx', 'mail.gandi.net', ['gandi']],
    ['mx', 'example-org.mail.protection.outlook.com', ['microsoft']],
    ['spf', 'amazonses.com', ['amazon-ses', 'resend']],
    ['spf', 'u123.wl.sendgrid.net', ['sendgrid']],
    ['spf', '_spf.google.com', ['google-workspace-relay', 'gmail']],
    ['spf', 'eu.mailgun.org', ['mailgun']],
    ['spf', 'notamazonses.com', []],
    ['spf', 'com', []],
    ['host', '127.0.0.1', []],
    ['host', '', []],
  ] as const)('by %s: %s is of %j', (by, name, ids) => {
    expect(recognise(by, [name]).map(({ id }) => id)).toEqual(ids)
  })

  it('names each provider once, by the first name that gave it away', () => {
    expect(recognise('mx', ['ASPMX.l.google.com.', 'alt1.aspmx.l.google.com'])).toEqual([
      { id: 'google', name: 'Google (Gmail and Workspace)', kind: 'mailbox', by: 'mx', evidence: 'aspmx.l.google.com' },
    ])
  })

  it('finds a suffix below whatever labels, and never in the middle of one', () => {
    const label = fc.stringMatching(/^[a-z0-9-]{1,12}$/)
    const suffix = fc.constantFrom(...mailboxProviders.flatMap(({ mxSuffixes }) => mxSuffixes))
    fc.assert(
      fc.property(suffix, label, (suffix, label) => {
        const [whole] = recognise('mx', [suffix])
        expect(recognise('mx', [`${label}.${suffix}`])[0]?.id).toBe(whole?.id)
        const glued = recognise('mx', [`x${label}${suffix}`])
        const rest = `x${label}${suffix}`.split('.').slice(1).join('.')
        expect(glued.map(({ id }) => id)).toEqual(recognise('mx', [rest]).map(({ id }) => id))
      }),
    )
  })

  it('throws for no text, and looks at so many names and no more', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 300 })), (names) => {
        recognise('spf', names)
      }),
    )
    const many = [...Array.from({ length: 1_000 }, (_, index) => `x${index}.test`), 'smtp.sendgrid.net']
    expect(recognise('host', many)).toEqual([])
  })
})
