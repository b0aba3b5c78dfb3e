import { type Document, type Edit, formats } from '../format/index.ts'
import { modeOf } from '../mode.ts'
import type { Settings } from '../settings.ts'
import type { FoundSetup, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

const offered = 'STARTTLS is used where it is offered; where somebody hides the offer, mail goes out readable'

/** SwiftMailer to Laravel 8; since 9 Symfony Mailer, to which MAIL_ENCRYPTION means little and MAIL_SCHEME all. */
function judge(settings: Settings): Verdict {
  const verified = settings.flag('verifyPeer') !== false
  const security = settings.since('9') ? securityOf(settings) : swiftSecurityOf(settings)
  const key = settings.since('9') ? 'scheme' : 'encryption'
  if (security === 'plaintext')
    return settings.since('9')
      ? verdict('plaintext', ['autoTls', 'STARTTLS is left alone even where it is offered'])
      : verdict('plaintext', ['encryption', 'up to Laravel 8 nothing is encrypted unless MAIL_ENCRYPTION says so'])
  if (security === 'opportunistic')
    return verdict('opportunistic', ['scheme', `${offered}; MAIL_ENCRYPTION changes nothing about it`])
  const how = [key, security === 'implicit' ? 'TLS from the first octet' : 'STARTTLS or no mail'] as const
  return verified
    ? verdict(modeOf(security, true), how)
    : verdict(
        modeOf(security, false),
        ['verifyPeer', "the certificate is not looked at: anybody may answer in the server's name"],
        how,
      )
}

type Security = 'plaintext' | 'opportunistic' | 'starttls' | 'implicit'

function securityOf(settings: Settings): Security {
  const url = settings.text('url')
  const scheme = (url !== undefined && url !== '' ? /^(\w+):/.exec(url)?.[1] : settings.text('scheme'))?.toLowerCase()
  if (scheme === 'smtps' || settings.number('port') === 465) return 'implicit'
  // Symfony Mailer 7.3 is the first to hear of require_tls, 7.1 of auto_tls; Laravel 13 brings at least 7.4.
  if (settings.flag('requireTls') === true && settings.since('13')) return 'starttls'
  return settings.flag('autoTls') === false ? 'plaintext' : 'opportunistic'
}

function swiftSecurityOf(settings: Settings): Security {
  const encryption = settings.text('encryption')?.toLowerCase()
  if (encryption === 'tls' || encryption === 'starttls') return 'starttls'
  return encryption === 'ssl' ? 'implicit' : 'plaintext'
}

const mailer = (key: string): string => `mailers.*.${key}`

/** What stands in config/mail.php alone: the environment has no name for it. */
function demand(requireTls: boolean) {
  return (document: Document, { entries }: FoundSetup): readonly Edit[] | undefined => {
    const wanted = ['verifyPeer', 'autoTls', ...(requireTls ? ['requireTls'] : [])]
    const old = wanted.flatMap((key) => entries[key] ?? [])
    if (old.some(({ value }) => value.kind !== 'literal')) return undefined
    const edits: Edit[] = old.flatMap(({ start, end, value }) =>
      value.kind === 'literal' && value.text === 'true' ? [] : [{ start, end, text: 'true' }],
    )
    if (!requireTls || entries['requireTls']) return edits
    const put = document.format === 'php' && entries['host'] && formats.php.insert(document, entries['host'], 'require_tls', true)
    return put ? [...edits, put] : undefined
  }
}

export const laravel: Software = {
  id: 'laravel',
  name: 'Laravel',
  kind: 'framework',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)config\/mail\.php$/,
      format: 'php',
      keys: {
        host: [mailer('host'), 'host'],
        port: [mailer('port'), 'port'],
        scheme: mailer('scheme'),
        url: mailer('url'),
        encryption: [mailer('encryption'), 'encryption'],
        requireTls: mailer('require_tls'),
        autoTls: mailer('auto_tls'),
        verifyPeer: [mailer('verify_peer'), mailer('stream.ssl.verify_peer'), 'stream.ssl.verify_peer'],
      },
      anchors: ['host'],
    },
    {
      kind: 'environment',
      // A template (.env.example) sends nothing.
      path: /(?:^|\/)\.env(?:\.(?!example$|sample$|dist$)[\w-]+)?$/,
      keys: {
        host: 'MAIL_HOST',
        port: 'MAIL_PORT',
        scheme: 'MAIL_SCHEME',
        url: 'MAIL_URL',
        encryption: 'MAIL_ENCRYPTION',
        mailer: ['MAIL_MAILER', 'MAIL_DRIVER'],
      },
      anchors: ['mailer', 'scheme', 'encryption'],
    },
  ],
  packages: ['composer:laravel/framework'],
  boundaries: ['9', '13'],
  judge,
  remedies: [
    { security: 'implicit', set: { scheme: 'smtps' }, ifSet: { encryption: 'ssl' }, edit: demand(false) },
    // Laravel 8 and older; since 9 it lifts nothing, and is no mend.
    { security: 'starttls', set: { encryption: 'tls' }, edit: demand(false) },
    { security: 'starttls', set: {}, ifSet: { encryption: 'tls' }, edit: demand(true) },
    { security: 'implicit', set: { encryption: 'ssl' }, edit: demand(false) },
  ],
  write: ({ host, port, security }) =>
    security === 'implicit'
      ? {
          file: '.env',
          text: `MAIL_MAILER=smtp\nMAIL_SCHEME=smtps\nMAIL_HOST=${host}\nMAIL_PORT=${port}\nMAIL_USERNAME=YOUR-USER\nMAIL_PASSWORD=YOUR-PASSWORD\n`,
        }
      : {
          file: 'config/mail.php',
          text: `<?php

return [
    'default' => 'smtp',
    'mailers' => [
        'smtp' => [
            'transport' => 'smtp',
            'scheme' => 'smtp',
            'host' => '${host}',
            'port' => ${port},
            'username' => env('MAIL_USERNAME'),
            'password' => env('MAIL_PASSWORD'),
            'require_tls' => true, // needs Symfony Mailer 7.3
        ],
    ],
];
`,
        },
  notes: [
    'MAIL_ENCRYPTION=tls looks safe and does nothing since Laravel 9 (laravel/framework 53863); an attempt to honour it (53749) was taken back after outages.',
    'Laravel 9.0 alone took encryption tls for TLS from the first octet on any port; 9.1 does so on port 465 only.',
    'Up to Laravel 8 (SwiftMailer) tls is STARTTLS or no mail, ssl is TLS from the first octet, and nothing is plaintext.',
    'The setting require_tls in config/mail.php is handed to Symfony Mailer, which hears it since 7.3: Laravel 13 brings that, 11 and 12 may.',
    'Cached settings (php artisan config:cache) go before both files.',
  ],
  sources: [
    'laravel/framework src/Illuminate/Mail/MailManager.php 8.0, 9.0, 9.1, 11.0, 13; config/mail.php 11.29 and 12.0; composer.json 9 to 13',
    'symfony/mailer Transport/Smtp/EsmtpTransportFactory.php 6.4 and 7.0',
    'laravel/framework issues 40943, 45899, 53749, 53863',
  ],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: '.env',
      text: 'MAIL_MAILER=smtp\nMAIL_SCHEME=null\nMAIL_HOST=smtp.example.com\nMAIL_PORT=587\n',
      version: '12.0',
      modes: ['opportunistic'],
      fixed: ['implicit-verified'],
    },
    {
      label: 'mistake',
      file: '.env',
      text: 'MAIL_MAILER=smtp\nMAIL_HOST=smtp.example.com\nMAIL_PORT=587\nMAIL_USERNAME=news\nMAIL_ENCRYPTION=tls # looks safe\n',
      version: '10.48',
      modes: ['opportunistic'],
      fixed: ['implicit-verified'],
    },
    {
      label: 'mistake',
      file: 'config/mail.php',
      text: "<?php\n\nreturn [\n    'mailers' => [\n        'smtp' => [\n            'transport' => 'smtp',\n            'host' => 'smtp.example.com',\n            'port' => 587,\n            'encryption' => null,\n            'stream' => ['ssl' => ['verify_peer' => false]],\n        ],\n    ],\n];\n",
      version: '8.83',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
  ],
}
