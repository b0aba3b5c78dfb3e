import { describe, expect, it } from 'vitest'
import { findSubmission, listEndpoints, sendingProviders } from './index.ts'

const submissionOf = (id: string, choice?: Parameters<typeof findSubmission>[1]) => {
  const provider = sendingProviders.find((one) => one.id === id)
  return provider && findSubmission(provider, choice)
}

describe('findSubmission', () => {
  it.each([
    ['sendgrid', {}, 'smtp.sendgrid.net', 465, 'implicit'],
    ['sendgrid', { region: 'EU' }, 'smtp.eu.sendgrid.net', 465, 'implicit'],
    ['sendgrid', { port: 587 }, 'smtp.sendgrid.net', 587, 'starttls'],
    ['mailgun', { region: 'us' }, 'smtp.mailgun.org', 465, 'implicit'],
    ['postmark', {}, 'smtp.postmarkapp.com', 587, 'optional'],
    // 465 stands in no source, 587 does.
    ['mandrill', {}, 'smtp.mandrillapp.com', 587, 'starttls'],
    ['amazon-ses', { region: 'eu-west-1', port: 587 }, 'email-smtp.eu-west-1.amazonaws.com', 587, 'starttls'],
    ['outlook365', {}, 'smtp.office365.com', 587, 'starttls'],
    ['gmail', {}, 'smtp.gmail.com', 465, 'implicit'],
  ] as const)('%s %j: %s:%i %s', (id, choice, host, port, security) => {
    expect(submissionOf(id, choice)).toMatchObject({ kind: 'endpoint', endpoint: { host, port, security, protocol: 'smtp' } })
  })

  it.each([
    ['mailgun', {}, 'region', /a server for each region: add region, one of us, eu/],
    ['mailgun', { region: 'mars' }, 'region', /no such region: known are us, eu/],
    ['postmark', { region: 'eu' }, 'region', /has no regions/],
    ['postmark', { port: 465 }, 'port', /smtp\.postmarkapp\.com has no such port by its documentation: known are 25, 587, 2525/],
    ['mailchimp', {}, 'provider', /takes mail by its API alone/],
  ] as const)('%s %j is refused for its %s', (id, choice, entry, why) => {
    expect(submissionOf(id, choice)).toEqual({ kind: 'none', entry, why: expect.stringMatching(why) as string })
  })

  it('finds an endpoint of the documentation for every provider that takes SMTP, or says which region is to be named', () => {
    for (const provider of sendingProviders) {
      const smtp = listEndpoints(provider).filter(({ protocol }) => protocol === 'smtp')
      const regions = [...new Set(smtp.map(({ region }) => region))]
      const each = regions.map((region) => findSubmission(provider, { region }))
      for (const found of each)
        if (found.kind === 'endpoint') expect(smtp).toContainEqual(found.endpoint)
        else expect(found.entry).toBe('region')
      expect(each.some(({ kind }) => kind === 'endpoint')).toBe(smtp.length > 0)
    }
  })
})
