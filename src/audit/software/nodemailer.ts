import { modeOf } from '../mode.ts'
import type { Settings } from '../settings.ts'
import type { Remedy, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

const options = ['host', 'port', 'service', 'secure', 'requireTLS', 'ignoreTLS', 'opportunisticTLS'] as const

/** nodemailer's order of precedence: `secure`, then `ignoreTLS`, then `requireTLS`; each is heard only where those before are off. */
export function judgeNodemailer(settings: Settings): Verdict {
  const verified = settings.flag('rejectUnauthorized') !== false
  const unverified = ['rejectUnauthorized', "the certificate is not looked at: anybody may answer in the server's name"] as const
  // A known `service` brings its own host, port and secure.
  const secure = settings.flag('secure') ?? settings.number('port') === 465
  if (secure) {
    const how = ['secure', 'TLS from the first octet'] as const
    return verified ? verdict(modeOf('implicit', true), how) : verdict(modeOf('implicit', false), unverified, how)
  }
  if (settings.flag('ignoreTLS') === true)
    return verdict('plaintext', ['ignoreTLS', 'STARTTLS is left alone even where it is offered'])
  if (settings.flag('requireTLS') === true) {
    const how = ['requireTLS', 'STARTTLS or no mail'] as const
    return verified ? verdict(modeOf('starttls', true), how) : verdict(modeOf('starttls', false), unverified, how)
  }
  return verdict('opportunistic', [
    'requireTLS',
    'STARTTLS is used where it is offered; where somebody hides the offer, mail goes out readable',
  ])
}

export const nodemailerRemedies: readonly Remedy[] = [
  { security: 'starttls', set: { secure: false, requireTLS: true }, ifSet: { ignoreTLS: false, rejectUnauthorized: true } },
  { security: 'implicit', set: { secure: true }, ifSet: { ignoreTLS: false, rejectUnauthorized: true } },
]

const paths = (key: string): string => `**.createTransport.(0).${key}`

export const nodemailer: Software = {
  id: 'nodemailer',
  name: 'nodemailer',
  kind: 'library',
  places: [
    {
      kind: 'file',
      path: /\.(?:[cm]?js|[cm]?ts|jsx|tsx)$/,
      format: 'javascript',
      keys: {
        ...Object.fromEntries(options.map((key) => [key, paths(key)])),
        rejectUnauthorized: [paths('tls.rejectUnauthorized'), paths('tls.(rest)')],
        rest: paths('(rest)'),
        url: '**.createTransport.(0)',
      },
      anchors: ['host', 'service', 'port', 'secure', 'rest', 'url'],
      marks: ['createTransport'],
    },
  ],
  packages: ['npm:nodemailer'],
  judge: judgeNodemailer,
  remedies: nodemailerRemedies,
  notes: ['`secure: false` does not mean unencrypted, and `secure: true` on port 587 fails with "wrong version number".'],
  sources: ['nodemailer lib/smtp-connection/index.js 6.9', 'nodemailer.com, SMTP transport, TLS options'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'mistake',
      file: 'mailer.js',
      text: "import nodemailer from 'nodemailer'\nexport const transport = nodemailer.createTransport({\n  host: 'smtp.example.com',\n  port: 587,\n  secure: false, // upgraded later\n  tls: { rejectUnauthorized: false },\n})\n",
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
  ],
}
