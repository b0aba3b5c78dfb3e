import { modeOf } from '../mode.ts'
import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

function judge(settings: Settings): Verdict {
  const word = settings.text('security') ?? 'starttls'
  if (word === 'off') return verdict('plaintext', ['security', 'no TLS: mail and password go out readable'])
  const security = word === 'force_tls' ? 'implicit' : 'starttls'
  const how = ['security', security === 'implicit' ? 'TLS from the first octet' : 'STARTTLS or no mail'] as const
  const loose = settings.flag('certificates') === true ? 'certificates' : settings.flag('names') === true ? 'names' : undefined
  if (loose === undefined) return verdict(modeOf(security, true), how)
  return verdict(
    modeOf(security, false),
    [loose, 'a certificate that is not right for the server is taken: anybody may answer in its name'],
    how,
  )
}

const names = {
  host: 'SMTP_HOST',
  port: 'SMTP_PORT',
  security: 'SMTP_SECURITY',
  certificates: 'SMTP_ACCEPT_INVALID_CERTS',
  names: 'SMTP_ACCEPT_INVALID_HOSTNAMES',
}

export const vaultwarden: Software = {
  id: 'vaultwarden',
  name: 'Vaultwarden',
  kind: 'client',
  places: [
    {
      kind: 'environment',
      keys: names,
      anchors: ['host'],
      images: ['vaultwarden/server'],
      path: /(?:^|\/)vaultwarden(?:[\w-]*\.env|\/\.env)$/,
    },
    {
      // What the admin page saves goes before the variables.
      kind: 'file',
      path: /(?:^|\/)config\.json$/,
      format: 'json',
      keys: Object.fromEntries(Object.entries(names).map(([key, name]) => [key, name.toLowerCase()])),
      anchors: ['host', 'security'],
      isOurs: ({ entries }) => entries.some(({ path }) => path.join('.') === 'smtp_security' || path.join('.') === 'admin_token'),
    },
  ],
  judge,
  remedies: [
    { security: 'starttls', set: { security: 'starttls' }, ifSet: { certificates: false, names: false } },
    { security: 'implicit', set: { security: 'force_tls' }, ifSet: { certificates: false, names: false } },
  ],
  write: ({ host, port, security }) => ({
    file: 'vaultwarden.env',
    text: `SMTP_HOST=${host}\nSMTP_PORT=${port}\nSMTP_SECURITY=${security === 'implicit' ? 'force_tls' : 'starttls'}\nSMTP_FROM=YOUR-ADDRESS\nSMTP_USERNAME=YOUR-USER\nSMTP_PASSWORD=YOUR-PASSWORD\n`,
  }),
  notes: [
    'What the admin page saved stands in data/config.json, and goes before the variables.',
    'Old versions had SMTP_SSL and SMTP_EXPLICIT_TLS in the place of SMTP_SECURITY.',
  ],
  sources: ['dani-garcia/vaultwarden .env.template and src/mail.rs'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'vaultwarden.env',
      text: 'SMTP_HOST=smtp.example.com\n# SMTP_SECURITY=starttls\n',
      modes: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'vaultwarden/.env',
      text: 'SMTP_HOST=smtp.example.com\nSMTP_PORT=587\nSMTP_SECURITY="off" # trouble\nSMTP_ACCEPT_INVALID_CERTS=true\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
  ],
}
