import { nameDomain } from './domainName.ts'
import { field, listField, readAll, textField } from './json.ts'
import type { Provider } from './provider.ts'
import { encode, jsonBody } from './request.ts'
import type { Holder } from './setting.ts'

function readItem(item: unknown): Holder | undefined {
  const id = textField(item, 'id', 64)
  if (id === undefined || !/^[A-Za-z0-9_-]+$/.test(id)) return undefined
  return nameDomain(field(item, 'name'), id)
}

/**
 * Resend: `tls` of a domain (GET /domains, GET and PATCH /domains/{id}). Its reference documents `tls` where it is set and
 * not among what is read, so an answer without it is no fault: what holds is then not known.
 */
export const resend: Provider = {
  id: 'resend',
  name: 'Resend',
  aliases: [],
  source: 'https://resend.com/docs/api-reference/domains/update-domain',
  variables: [{ name: 'RESEND_API_KEY', required: true }],
  holder: 'domain',
  regions: { usual: 'global', known: (region) => region === 'global', words: 'none: there is one address for all' },
  strongest: 'encrypted',
  whyNoMore: 'Its documentation does not say that Resend checks certificates, so nothing above "encrypted" can be demanded',
  onFailure: 'Resend does not send a message to a server without TLS.',
  limits: [
    'Resend documents how tls is set, not how it is read: where its answer lacks it, only the dashboard shows it (the domain, Configuration).',
    'Whether Resend checks the certificate of the receiving server is not documented; TLS 1.0 and 1.1 are among the versions it names.',
  ],
  baseUrl: () => 'https://api.resend.com',
  authorize: ({ key }) => ({ authorization: `Bearer ${key.read('RESEND_API_KEY') ?? ''}` }),
  nameHolder: () => undefined,
  list: {
    request: (next) => ({
      method: 'GET',
      path: '/domains',
      query: [['limit', '50'], ...(next === undefined ? [] : [['after', next] as const])],
    }),
    read: (answer) => {
      const holders = readAll(listField(answer, 'data') ?? [undefined], readItem)
      return holders && { holders, next: field(answer, 'has_more') === true ? holders.at(-1)?.id : undefined }
    },
  },
  readRequest: ({ id }) => ({ method: 'GET', path: `/domains/${encode(id)}` }),
  readSettings: (answer) => {
    if (readItem(answer) === undefined) return undefined
    const tls = field(answer, 'tls')
    if (tls === undefined || tls === null) return {}
    return tls === 'enforced' || tls === 'opportunistic' ? { tls } : undefined
  },
  judge: (settings) => {
    if (settings['tls'] === undefined) return undefined
    return settings['tls'] === 'enforced' ? 'encrypted' : 'opportunistic'
  },
  demand: (_, level) => ({ tls: level === 'opportunistic' ? 'opportunistic' : 'enforced' }),
  changeRequest: ({ id }, settings) => ({ method: 'PATCH', path: `/domains/${encode(id)}`, body: jsonBody(settings) }),
}
