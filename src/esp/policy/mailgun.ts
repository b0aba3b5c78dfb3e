import { nameDomain } from './domainName.ts'
import { booleanField, field, listField, readAll } from './json.ts'
import { basic } from './key.ts'
import type { Provider } from './provider.ts'
import { encode } from './request.ts'
import type { Settings } from './setting.ts'

const pageSize = 100
const boundary = 'sealpost-part'

/** Mailgun: `require_tls` and `skip_verification` of a domain (GET and PUT /v4/domains/{name}, GET /v4/domains). */
export const mailgun: Provider = {
  id: 'mailgun',
  name: 'Mailgun',
  aliases: [],
  source: 'https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/domains/get-v4-domains--name-',
  variables: [{ name: 'MAILGUN_API_KEY', required: true }],
  holder: 'domain',
  regions: { usual: 'us', known: (region) => region === 'us' || region === 'eu', words: 'us or eu' },
  strongest: 'valid',
  whyNoMore: 'Its switches demand a valid certificate at most',
  onFailure: 'Mailgun does not deliver a message where no such connection can be had; its events say so.',
  limits: [
    'A message can say otherwise for itself (o:require-tls, o:skip-verification, X-Mailgun-Require-TLS, X-Mailgun-Skip-Verification), and that wins over the domain.',
    'With require_tls off and skip_verification off, a server whose certificate does not hold gets the message in plaintext.',
  ],
  overruledBy: ['X-Mailgun-Require-TLS', 'X-Mailgun-Skip-Verification'],
  baseUrl: (region) => (region === 'eu' ? 'https://api.eu.mailgun.net' : 'https://api.mailgun.net'),
  authorize: ({ key }) => ({ authorization: `Basic ${basic(key.read('MAILGUN_API_KEY') ?? '')}` }),
  nameHolder: (name) => nameDomain(name),
  list: {
    request: (next) => ({
      method: 'GET',
      path: '/v4/domains',
      query: [
        ['limit', String(pageSize)],
        ['skip', next ?? '0'],
      ],
    }),
    read: (answer, asked) => {
      const holders = readAll(listField(answer, 'items') ?? [undefined], (item) => nameDomain(field(item, 'name')))
      return holders && { holders, next: holders.length < pageSize ? undefined : String(Number(asked ?? '0') + holders.length) }
    },
  },
  readRequest: ({ id }) => ({ method: 'GET', path: `/v4/domains/${encode(id)}` }),
  // The answer has the domain's SMTP password too at times: nothing but the two switches is taken from it.
  readSettings: (answer) => {
    const domain = field(answer, 'domain')
    const required = booleanField(domain, 'require_tls')
    const unverified = booleanField(domain, 'skip_verification')
    return required === undefined || unverified === undefined
      ? undefined
      : { require_tls: required, skip_verification: unverified }
  },
  judge: (settings) => {
    if (settings['require_tls'] !== true) return 'opportunistic'
    return settings['skip_verification'] === true ? 'encrypted' : 'valid'
  },
  demand: (settings, level) =>
    level === 'opportunistic'
      ? { ...settings, require_tls: false }
      : { ...settings, require_tls: true, skip_verification: level === 'encrypted' },
  changeRequest: ({ id }, settings) => ({ method: 'PUT', path: `/v4/domains/${encode(id)}`, body: printForm(settings) }),
  warn: (from, to) =>
    from['skip_verification'] === false && to['skip_verification'] === true
      ? 'Certificates are no longer looked at: a server without a right one, which got messages in plaintext so far, now gets them encrypted. With --set valid it gets none.'
      : undefined,
}

/** Two words that are true or false, as multipart/form-data (RFC 7578 4), the only form that is documented. */
function printForm(settings: Settings): { readonly type: string; readonly text: string } {
  const parts = ['require_tls', 'skip_verification'].map(
    (name) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${String(settings[name])}\r\n`,
  )
  return { type: `multipart/form-data; boundary=${boundary}`, text: `${parts.join('')}--${boundary}--\r\n` }
}
