import { modeOf } from '../mode.ts'
import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

/** Without PROTOCOL the port says which; the settings of before 1.18 are still read. */
function protocolOf(settings: Settings): readonly [protocol: string, key: string] {
  const protocol = settings.text('protocol')?.trim()
  if (protocol !== undefined && protocol !== '') return [protocol, 'protocol']
  const port = settings.text('port') ?? /:(\d+)$/.exec(settings.text('host') ?? '')?.[1]
  if (settings.flag('tls') === true || port === '465') return ['smtps', settings.has('tls') ? 'tls' : 'port']
  if (port === '587') return ['smtp+starttls', 'port']
  return [port === '25' ? 'smtp' : 'smtps', 'port']
}

function judge(settings: Settings): Verdict {
  const [protocol, key] = protocolOf(settings)
  if (protocol === 'smtp') return verdict('plaintext', [key, 'STARTTLS is left alone even where it is offered'])
  if (protocol === 'smtp+starttls')
    return verdict('opportunistic', [
      key,
      'where the server offers no STARTTLS, Gitea writes a warning to its log and goes on: mail goes out readable',
    ])
  if (protocol !== 'smtps')
    return verdict('plaintext', [key, `mail is handed to \`${protocol.slice(0, 20)}\`: what that program asks for decides`])
  const how = [key, 'TLS from the first octet'] as const
  if (settings.flag('trust') === true || settings.flag('skip') === true)
    return verdict(
      modeOf('implicit', false),
      [
        settings.flag('trust') === true ? 'trust' : 'skip',
        "the certificate is not looked at: anybody may answer in the server's name",
      ],
      how,
    )
  return verdict(modeOf('implicit', true), how)
}

const names = {
  protocol: 'PROTOCOL',
  host: ['SMTP_ADDR', 'HOST'],
  port: 'SMTP_PORT',
  trust: 'FORCE_TRUST_SERVER_CERT',
  skip: 'SKIP_VERIFY',
  tls: 'IS_TLS_ENABLED',
} as const
const below = (parent: string) =>
  Object.fromEntries(Object.entries(names).map(([key, name]) => [key, [name].flat().map((own) => `${parent}${own}`)]))

export const gitea: Software = {
  id: 'gitea',
  name: 'Gitea and Forgejo',
  kind: 'client',
  places: [
    { kind: 'file', path: /(?:^|\/)app\.ini$/, format: 'ini', keys: below('mailer.'), anchors: ['host', 'protocol'] },
    {
      kind: 'environment',
      keys: Object.fromEntries(
        Object.entries(names).map(([key, name]) => [
          key,
          [name].flat().flatMap((own) => [`GITEA__mailer__${own}`, `FORGEJO__mailer__${own}`]),
        ]),
      ),
      anchors: ['host', 'protocol'],
      images: ['gitea/gitea', 'forgejo/forgejo'],
      path: /(?:^|\/)(?:gitea|forgejo)[\w-]*\.env$/,
    },
  ],
  judge,
  // STARTTLS cannot be required (RFC 8314 3.3: TLS from the first octet is the better way in any case).
  remedies: [{ security: 'implicit', set: { protocol: 'smtps' }, ifSet: { trust: false, skip: false } }],
  write: ({ host }) => ({
    file: 'app.ini',
    text: `[mailer]\nENABLED = true\nPROTOCOL = smtps\nSMTP_ADDR = ${host}\nSMTP_PORT = 465\nFROM = YOUR-ADDRESS\nUSER = YOUR-USER\nPASSWD = \`YOUR-PASSWORD\`\n`,
  }),
  notes: [
    '`smtp+starttls` does not require STARTTLS: without an offer Gitea goes on in the clear, though Go keeps a PLAIN password back.',
    'Without PROTOCOL the port decides: 25 smtp, 465 smtps, 587 smtp+starttls.',
    'Before 1.18 the settings were HOST, IS_TLS_ENABLED and SKIP_VERIFY.',
    'PROTOCOL = sendmail hands mail to a program, whose settings count.',
  ],
  sources: ['go-gitea/gitea services/mailer/sender/smtp.go', 'docs.gitea.com 1.25, email setup'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'conf/app.ini',
      text: '[mailer]\nENABLED = true\nSMTP_ADDR = smtp.example.com\nSMTP_PORT = 25\n',
      modes: ['plaintext'],
      fixed: ['implicit-verified'],
    },
    {
      label: 'mistake',
      file: 'conf/app.ini',
      text: '[mailer]\nENABLED = true\nPROTOCOL = smtp+starttls ; secure\nSMTP_ADDR = smtp.example.com\nSMTP_PORT = 587\nFORCE_TRUST_SERVER_CERT = true\n',
      modes: ['opportunistic'],
      fixed: ['implicit-verified'],
    },
  ],
}
