import { modeOf } from '../mode.ts'
import type { Settings } from '../settings.ts'
import type { Place, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'
import { elsewhere } from './elsewhere.ts'

function judge(settings: Settings): Verdict {
  const method = settings.text('method') ?? 'smtp'
  if (method !== 'smtp') throw elsewhere('method', `${method}: the mail server of this machine`)
  const verified = settings.text('verify')?.toLowerCase() !== 'none'
  const unverified = ['verify', "the certificate is not looked at: anybody may answer in the server's name"] as const
  const implicit = ['tls', 'ssl'].find((key) => settings.text(key) === 'true')
  if (implicit !== undefined) {
    const how = [implicit, 'TLS from the first octet'] as const
    return verified ? verdict(modeOf('implicit', true), how) : verdict(modeOf('implicit', false), unverified, how)
  }
  const starttls = settings.text('starttls')
  if (starttls === 'always') {
    const how = ['starttls', 'STARTTLS or no mail'] as const
    return verified ? verdict(modeOf('starttls', true), how) : verdict(modeOf('starttls', false), unverified, how)
  }
  if (starttls === 'never') return verdict('plaintext', ['starttls', 'never: STARTTLS is left alone even where it is offered'])
  if (starttls !== 'auto' && settings.text('auto') === 'false')
    return verdict('plaintext', [
      'auto',
      'STARTTLS is left alone even where it is offered; versions before SMTP_ENABLE_STARTTLS took any text for yes',
    ])
  return verdict('opportunistic', [
    'starttls',
    'auto, which is the default: STARTTLS is used where it is offered; where somebody hides the offer, mail goes out readable',
  ])
}

const keysOf = (prefix: string): Readonly<Record<string, string>> => ({
  host: `${prefix}SMTP_SERVER`,
  port: `${prefix}SMTP_PORT`,
  starttls: `${prefix}SMTP_ENABLE_STARTTLS`,
  auto: `${prefix}SMTP_ENABLE_STARTTLS_AUTO`,
  tls: `${prefix}SMTP_TLS`,
  ssl: `${prefix}SMTP_SSL`,
  verify: `${prefix}SMTP_OPENSSL_VERIFY_MODE`,
  method: `${prefix}SMTP_DELIVERY_METHOD`,
})

const envFile = (prefix: string): Place => ({
  kind: 'file',
  path: /(?:^|\/)\.env(?:\.production)?$/,
  format: 'env',
  keys: keysOf(prefix),
  anchors: ['host'],
  isOurs: ({ entries }) => ['LOCAL_DOMAIN', 'SMTP_SERVER'].every((name) => entries.some(({ path }) => path[0] === name)),
})

export const mastodon: Software = {
  id: 'mastodon',
  name: 'Mastodon',
  kind: 'cms',
  places: [
    envFile(''),
    // Announcements to everybody have a server of their own where this is set.
    envFile('BULK_'),
    {
      kind: 'environment',
      images: ['mastodon/mastodon', 'tootsuite/mastodon', 'linuxserver/mastodon'],
      keys: keysOf(''),
      anchors: ['host'],
    },
    {
      kind: 'environment',
      images: ['mastodon/mastodon'],
      keys: keysOf('BULK_'),
      anchors: ['host'],
    },
  ],
  judge,
  remedies: [
    { security: 'starttls', set: { starttls: 'always' }, ifSet: { tls: false, ssl: false, verify: 'peer' } },
    // The Mail gem refuses TLS from the first octet together with any STARTTLS, and auto is the default.
    { security: 'implicit', set: { tls: true, starttls: 'never' }, ifSet: { verify: 'peer' } },
  ],
  write: ({ host, port, security }) => ({
    file: '.env.production',
    text: `SMTP_SERVER=${host}\nSMTP_PORT=${port}\n${security === 'implicit' ? 'SMTP_TLS=true\nSMTP_ENABLE_STARTTLS=never\n' : 'SMTP_ENABLE_STARTTLS=always\n'}SMTP_OPENSSL_VERIFY_MODE=peer\nSMTP_LOGIN=YOUR-USER\nSMTP_PASSWORD=YOUR-PASSWORD\nSMTP_FROM_ADDRESS=YOUR-ADDRESS\n`,
  }),
  notes: [
    'Announcements to everybody go by BULK_SMTP_SERVER and its own BULK_SMTP_… variables where they are set.',
    'Versions before SMTP_ENABLE_STARTTLS have SMTP_ENABLE_STARTTLS_AUTO alone, and take any text there for yes, "false" too: STARTTLS cannot be required in them, TLS on 465 can.',
  ],
  sources: [
    'mastodon/mastodon config/environments/production.rb, 3.x and 4.x, and lib/tasks/mastodon.rake',
    'mikel/mail lib/mail/network/delivery_methods/smtp.rb, 2.8 and later',
  ],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: '.env.production',
      text: 'LOCAL_DOMAIN=social.example.com\nSMTP_SERVER=smtp.example.com\nSMTP_PORT=587\n',
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: '.env.production',
      text: '# mail\nLOCAL_DOMAIN=social.example.com\nSMTP_SERVER=smtp.example.com\nSMTP_PORT=465\nSMTP_ENABLE_STARTTLS=auto\nSMTP_OPENSSL_VERIFY_MODE=none\n',
      modes: ['opportunistic'],
      fixed: ['implicit-verified'],
    },
  ],
}
