import type { Software } from '../software.ts'
import { judgeNodemailer, nodemailerRemedies } from './nodemailer.ts'

const keys = ['host', 'port', 'service', 'secure', 'requireTLS', 'ignoreTLS'] as const

/** Ghost hands `mail.options` to nodemailer as it stands. */
export const ghost: Software = {
  id: 'ghost',
  name: 'Ghost',
  kind: 'cms',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)config\.(?:production|development|local)\.json$/,
      format: 'json',
      keys: {
        ...Object.fromEntries(keys.map((key) => [key, `mail.options.${key}`])),
        rejectUnauthorized: 'mail.options.tls.rejectUnauthorized',
        transport: 'mail.transport',
      },
      anchors: ['host', 'service', 'port', 'secure'],
    },
    {
      kind: 'environment',
      images: ['ghost'],
      keys: {
        ...Object.fromEntries(keys.map((key) => [key, `mail__options__${key}`])),
        rejectUnauthorized: 'mail__options__tls__rejectUnauthorized',
        transport: 'mail__transport',
      },
      anchors: ['host', 'service'],
    },
  ],
  judge: judgeNodemailer,
  remedies: nodemailerRemedies,
  write: ({ host, port, security }) => ({
    file: 'config.production.json',
    text: `${JSON.stringify(
      {
        mail: {
          transport: 'SMTP',
          options: {
            host,
            port,
            secure: security === 'implicit',
            ...(security === 'starttls' ? { requireTLS: true } : {}),
            auth: { user: 'YOUR-USER', pass: 'YOUR-PASSWORD' },
          },
        },
      },
      null,
      2,
    )}\n`,
  }),
  notes: ['An environment variable goes before the file: mail__options__secure over mail.options.secure.'],
  sources: ['nodemailer lib/smtp-connection/index.js 6.9', 'Ghost documentation, Configuration, Mail'],
  checkedOn: '2026-11-24',
  confidence: 'documentation',
  examples: [
    {
      label: 'mistake',
      file: 'config.production.json',
      text: '{\n  "mail": {\n    "transport": "SMTP",\n    "options": {\n      "host": "smtp.example.com",\n      "port": 587,\n      "secure": false\n    }\n  }\n}\n',
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
  ],
}
