import { booleanField, field } from './json.ts'
import type { Provider } from './provider.ts'
import { jsonBody } from './request.ts'
import type { Settings } from './setting.ts'

const path = '/v3/user/settings/enforced_tls'
const versions: readonly unknown[] = [1.1, 1.2, 1.3]

/** Twilio SendGrid: the account's "Enforced TLS" (GET and PATCH /v3/user/settings/enforced_tls). */
export const sendgrid: Provider = {
  id: 'sendgrid',
  name: 'Twilio SendGrid',
  aliases: ['twilio-sendgrid', 'twilio'],
  source: 'https://www.twilio.com/docs/sendgrid/api-reference/settings-enforced-tls',
  variables: [{ name: 'SENDGRID_API_KEY', required: true }],
  holder: 'account',
  regions: { usual: 'global', known: (region) => region === 'global' || region === 'eu', words: 'global or eu' },
  strongest: 'valid',
  whyNoMore: 'Its switches demand a valid certificate at most',
  onFailure: 'SendGrid drops such a message and sends a block event, "TLS required but not supported".',
  limits: [
    'The switch holds for the whole account of the key: every message of every kind. Subusers have their own.',
    'What require_valid_cert demands without require_tls is not clear from the documentation; it is read as nothing.',
    'version is the oldest TLS version that SendGrid accepts. It can be 1.1, which is older than what Sealpost itself accepts; any --set but opportunistic raises it to 1.2.',
  ],
  baseUrl: (region) => (region === 'eu' ? 'https://api.eu.sendgrid.com' : 'https://api.sendgrid.com'),
  authorize: ({ key }) => ({ authorization: `Bearer ${key.read('SENDGRID_API_KEY') ?? ''}` }),
  nameHolder: () => undefined,
  readRequest: () => ({ method: 'GET', path }),
  readSettings: (answer) => {
    const required = booleanField(answer, 'require_tls')
    const verified = booleanField(answer, 'require_valid_cert')
    const version = field(answer, 'version')
    if (required === undefined || verified === undefined) return undefined
    if (version !== undefined && version !== null && !versions.includes(version)) return undefined
    return {
      require_tls: required,
      require_valid_cert: verified,
      ...(typeof version === 'number' ? { version } : {}),
    }
  },
  judge: (settings) => {
    if (settings['require_tls'] !== true) return 'opportunistic'
    return settings['require_valid_cert'] === true ? 'valid' : 'encrypted'
  },
  demand: (settings, level) =>
    level === 'opportunistic'
      ? { ...settings, require_tls: false, require_valid_cert: false }
      : {
          require_tls: true,
          // A demand for certificates that is there already stays: no switch is moved down to move another up.
          require_valid_cert: level === 'valid' || settings['require_valid_cert'] === true,
          version: raiseVersion(settings),
        },
  changeRequest: (_, settings) => ({ method: 'PATCH', path, body: jsonBody(settings) }),
  warn: (from, to) =>
    from['version'] !== to['version'] && to['require_tls'] === true
      ? 'The oldest TLS version accepted is raised to 1.2 as well (RFC 8996: TLS 1.1 must not be used).'
      : undefined,
}

function raiseVersion(settings: Settings): number {
  const { version } = settings
  return typeof version === 'number' && version > 1.2 ? version : 1.2
}
