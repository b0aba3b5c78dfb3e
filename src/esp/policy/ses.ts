import { field, listField, readAll, textField } from './json.ts'
import type { Provider } from './provider.ts'
import { encode, jsonBody } from './request.ts'
import { signRequest } from './signature.ts'
import type { Holder } from './setting.ts'

const sets = '/v2/email/configuration-sets'

function nameSet(name: unknown): Holder | undefined {
  // The API's reference: letters, digits, dashes and underscores, at most 64 of them.
  if (typeof name !== 'string' || !/^[A-Za-z0-9_-]{1,64}$/.test(name)) return undefined
  return { kind: 'configuration set', name, id: name }
}

/**
 * Amazon SES, API v2: `TlsPolicy` of a configuration set's delivery options (GetConfigurationSet,
 * PutConfigurationSetDeliveryOptions, ListConfigurationSets).
 */
export const ses: Provider = {
  id: 'amazon-ses',
  name: 'Amazon SES',
  aliases: ['ses', 'aws-ses', 'aws'],
  source: 'https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_PutConfigurationSetDeliveryOptions.html',
  variables: [
    { name: 'AWS_ACCESS_KEY_ID', required: true },
    { name: 'AWS_SECRET_ACCESS_KEY', required: true },
    { name: 'AWS_SESSION_TOKEN', required: false },
  ],
  holder: 'configuration set',
  regions: {
    usual: undefined,
    variable: 'AWS_REGION',
    known: (region) => /^[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-\d{1,2}$/.test(region),
    words: 'an AWS region such as eu-west-1',
  },
  strongest: 'encrypted',
  whyNoMore: 'Its documentation does not say that SES checks certificates, so nothing above "encrypted" can be demanded',
  onFailure: 'SES does not deliver a message where no TLS connection can be had.',
  limits: [
    'A configuration set counts only for messages sent with it (header X-SES-CONFIGURATION-SET, or the default set of the sending identity). Messages sent without one go out encrypted where possible and else in plaintext.',
    'Whether SES checks the certificate of the receiving server is not documented, nor which TLS versions it refuses.',
  ],
  baseUrl: (region) => `https://email.${region}.amazonaws.com`,
  authorize: ({ request, key, host, region, time }) =>
    signRequest({
      request,
      host,
      region,
      service: 'ses',
      time,
      accessKeyId: key.read('AWS_ACCESS_KEY_ID') ?? '',
      secretAccessKey: key.read('AWS_SECRET_ACCESS_KEY') ?? '',
      sessionToken: key.read('AWS_SESSION_TOKEN'),
    }),
  nameHolder: nameSet,
  list: {
    request: (next) => ({
      method: 'GET',
      path: sets,
      query: [...(next === undefined ? [] : [['NextToken', next] as const]), ['PageSize', '100']],
    }),
    read: (answer) => {
      const holders = readAll(listField(answer, 'ConfigurationSets') ?? [undefined], nameSet)
      return holders && { holders, next: textField(answer, 'NextToken', 4096) }
    },
  },
  readRequest: ({ id }) => ({ method: 'GET', path: `${sets}/${encode(id)}` }),
  readSettings: (answer) => {
    if (textField(answer, 'ConfigurationSetName') === undefined) return undefined
    const options = field(answer, 'DeliveryOptions') ?? {}
    if (typeof options !== 'object' || Array.isArray(options)) return undefined
    const policy = field(options, 'TlsPolicy')
    const pool = field(options, 'SendingPoolName')
    const seconds = field(options, 'MaxDeliverySeconds')
    if (policy !== undefined && policy !== null && policy !== 'REQUIRE' && policy !== 'OPTIONAL') return undefined
    // They are sent along with a change, for it puts all delivery options in one piece: not understood is not changed.
    if (typeof pool !== 'string' && pool !== undefined && pool !== null) return undefined
    if (typeof seconds !== 'number' && seconds !== undefined && seconds !== null) return undefined
    return {
      ...(typeof policy === 'string' ? { TlsPolicy: policy } : {}),
      ...(typeof pool === 'string' ? { SendingPoolName: pool } : {}),
      ...(typeof seconds === 'number' ? { MaxDeliverySeconds: seconds } : {}),
    }
  },
  // Documented default: opportunistic.
  judge: (settings) => (settings['TlsPolicy'] === 'REQUIRE' ? 'encrypted' : 'opportunistic'),
  demand: (settings, level) => ({ ...settings, TlsPolicy: level === 'opportunistic' ? 'OPTIONAL' : 'REQUIRE' }),
  changeRequest: ({ id }, settings) => ({
    method: 'PUT',
    path: `${sets}/${encode(id)}/delivery-options`,
    body: jsonBody(settings),
  }),
}
