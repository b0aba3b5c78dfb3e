import { modeOf } from '../mode.ts'
import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'
import { elsewhere } from './elsewhere.ts'

function judge(settings: Settings): Verdict {
  if ((settings.peek('host') ?? ' ') === '') throw elsewhere('host', 'no smtp_address: the mail server of this machine')
  if (settings.flag('forceTls') === true) {
    const how = ['forceTls', 'TLS from the first octet'] as const
    if (settings.text('verify')?.toLowerCase() !== 'none') return verdict(modeOf('implicit', true), how)
    return verdict(
      modeOf('implicit', false),
      ['verify', "the certificate is not looked at: anybody may answer in the server's name"],
      how,
    )
  }
  if (settings.flag('starttls') === false)
    return verdict('plaintext', ['starttls', 'STARTTLS is left alone even where it is offered'])
  return verdict('opportunistic', [
    'starttls',
    'the name says enable, and it means where it is offered: where somebody hides the offer, mail goes out readable',
  ])
}

const names = {
  host: 'smtp_address',
  port: 'smtp_port',
  starttls: 'smtp_enable_start_tls',
  forceTls: 'smtp_force_tls',
  verify: 'smtp_openssl_verify_mode',
} as const
const keysOf = (change: (name: string) => string): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(names).map(([key, name]) => [key, change(name)]))

export const discourse: Software = {
  id: 'discourse',
  name: 'Discourse',
  kind: 'cms',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)config\/discourse\.conf$|(?:^|\/)discourse\.conf$/,
      format: 'ini',
      keys: keysOf((name) => name),
      anchors: ['host'],
    },
    {
      kind: 'file',
      path: /(?:^|\/)containers\/[\w-]+\.ya?ml$|(?:^|\/)app\.yml$/,
      format: 'yaml',
      keys: keysOf((name) => `env.DISCOURSE_${name.toUpperCase()}`),
      anchors: ['host'],
    },
    {
      kind: 'environment',
      images: ['discourse/discourse', 'discourse/base', 'local_discourse/app'],
      keys: keysOf((name) => `DISCOURSE_${name.toUpperCase()}`),
      anchors: ['host'],
    },
  ],
  judge,
  remedies: [
    {
      security: 'implicit',
      set: { forceTls: true },
      ifSet: { verify: 'peer' },
      also: 'Build the container anew: ./launcher rebuild app. Older versions do not know force TLS: update first.',
    },
  ],
  write: ({ host, port }) => ({
    file: 'containers/app.yml',
    text: `# STARTTLS cannot be required here: TLS from the first octet is the way, on port 465.\nenv:\n  DISCOURSE_SMTP_ADDRESS: ${host}\n  DISCOURSE_SMTP_PORT: ${[25, 587, 2525].includes(port) ? 465 : port}\n  DISCOURSE_SMTP_FORCE_TLS: true\n  DISCOURSE_SMTP_USER_NAME: YOUR-USER\n  DISCOURSE_SMTP_PASSWORD: "YOUR-PASSWORD"\n`,
  }),
  notes: [
    'STARTTLS cannot be required by any setting: smtp_force_tls on port 465 is the way.',
    'Without smtp_address Discourse hands mail to sendmail on the machine, and its settings decide.',
    'An empty smtp_openssl_verify_mode means that the certificate is checked; very old Ruby versions did not check then.',
  ],
  sources: [
    'discourse/discourse app/models/global_setting.rb (smtp_settings), 3.x, and config/discourse_defaults.conf',
    'mikel/mail lib/mail/network/delivery_methods/smtp.rb, 2.8',
  ],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'containers/app.yml',
      text: 'env:\n  DISCOURSE_HOSTNAME: forum.example.com\n  DISCOURSE_SMTP_ADDRESS: smtp.example.com\n  #DISCOURSE_SMTP_PORT: 587\n',
      modes: ['opportunistic'],
      fixed: ['implicit-verified'],
    },
    {
      label: 'mistake',
      file: 'config/discourse.conf',
      text: '# mail\nsmtp_address = smtp.example.com\nsmtp_port = 587\nsmtp_enable_start_tls = false\nsmtp_openssl_verify_mode = none\n',
      modes: ['plaintext'],
      fixed: ['implicit-verified'],
    },
  ],
}
