import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

function judge(settings: Settings): Verdict {
  if (settings.flag('ssl') === true) return verdict('implicit-verified', ['ssl', 'TLS from the first octet'])
  if (settings.flag('starttls') === true)
    return verdict('opportunistic', [
      'starttls',
      'allows STARTTLS and does not ask for it: where somebody hides the offer, mail goes out readable',
    ])
  return verdict('plaintext', ['starttls', 'neither ssl nor starttls is on: mail goes out readable'])
}

export const keycloak: Software = {
  id: 'keycloak',
  name: 'Keycloak',
  kind: 'client',
  places: [
    {
      kind: 'file',
      path: /\.json$/,
      format: 'json',
      keys: {
        host: '**.smtpServer.host',
        port: '**.smtpServer.port',
        ssl: '**.smtpServer.ssl',
        starttls: '**.smtpServer.starttls',
      },
      anchors: ['host', 'ssl', 'starttls'],
      marks: ['"smtpServer"'],
      isOurs: ({ entries }) => entries.some(({ path }) => path.at(-1) === 'realm'),
    },
    {
      kind: 'unseen',
      where: 'the database, table REALM_SMTP_CONFIG',
      query: "SELECT REALM_ID, NAME, VALUE FROM REALM_SMTP_CONFIG WHERE NAME IN ('host', 'port', 'ssl', 'starttls')",
    },
  ],
  judge,
  // There is no setting that requires STARTTLS: TLS from the first octet is the way (RFC 8314 3.3).
  remedies: [{ security: 'implicit', set: { ssl: 'true' }, ifSet: { starttls: 'false' } }],
  write: ({ host }) => ({
    file: 'realm.json',
    text: `${JSON.stringify({ realm: 'YOUR-REALM', smtpServer: { host, port: '465', ssl: 'true', starttls: 'false', auth: 'true', from: 'YOUR-ADDRESS', user: 'YOUR-USER', password: 'YOUR-PASSWORD' } }, null, 2)}\n`,
  }),
  notes: [
    '`starttls` sets mail.smtp.starttls.enable and not …required.',
    'The truststore is set up only where ssl, starttls or auth is on.',
    'An exported file counts when it is imported; what runs is in the database.',
  ],
  sources: ['keycloak DefaultEmailSenderProvider.java at 003569c4'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'realm-export.json',
      text: '{\n  "realm": "shop",\n  "smtpServer": {\n    "host": "smtp.example.com"\n  }\n}\n',
      modes: ['plaintext'],
      fixed: ['implicit-verified'],
    },
    {
      label: 'mistake',
      file: 'realm-export.json',
      text: '{\n  "realm": "shop",\n  "smtpServer": {\n    "host": "smtp.example.com",\n    "port": "587",\n    "starttls": "true"\n  }\n}\n',
      modes: ['opportunistic'],
      fixed: ['implicit-verified'],
    },
  ],
}
