import type { Settings } from '../settings.ts'
import { gatherSetups } from '../setup.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

/** `SMTP_SSL(server, port)` and `starttls()` without a context: Python then looks at no certificate. */
function judge(settings: Settings): Verdict {
  // Both may be on: then STARTTLS is asked for inside TLS, and fails.
  const implicit = settings.flag('ssl') === true
  if (!implicit && settings.flag('tls') !== true)
    return verdict('plaintext', ['tls', 'neither MAIL_USE_TLS nor MAIL_USE_SSL is on: STARTTLS is not asked for'])
  const key = implicit ? 'ssl' : 'tls'
  return verdict(
    implicit ? 'implicit-unverified' : 'required-unverified',
    [key, "Flask-Mail looks at no certificate: anybody may answer in the server's name"],
    [key, implicit ? 'TLS from the first octet' : 'STARTTLS or no mail'],
  )
}

const names = { host: 'MAIL_SERVER', port: 'MAIL_PORT', tls: 'MAIL_USE_TLS', ssl: 'MAIL_USE_SSL' } as const

const anchors = ['host', 'tls', 'ssl'] as const
const manners = ['update', 'from_mapping', 'setdefault', '()', '(0)'] as const

export const flaskMail: Software = {
  id: 'flask-mail',
  name: 'Flask-Mail',
  kind: 'framework',
  places: [
    {
      kind: 'file',
      path: /\.py$/,
      format: 'python',
      // `app.config["MAIL_SERVER"]`, `app.config.update(MAIL_SERVER=…)`, a class, a module: it is the last part that counts.
      keys: Object.fromEntries(Object.entries(names).map(([key, name]) => [key, `**.${name}`])),
      anchors,
      find: (document) =>
        gatherSetups(document, Object.fromEntries(Object.entries(names).map(([key, name]) => [key, [name]])), manners, anchors),
      marks: ['MAIL_SERVER', 'MAIL_USE_TLS', 'MAIL_USE_SSL'],
    },
    { kind: 'environment', keys: names, anchors: ['host'] },
  ],
  packages: ['pypi:flask-mail'],
  judge,
  remedies: [
    { security: 'starttls', set: { tls: true }, ifSet: { ssl: false } },
    { security: 'implicit', set: { ssl: true }, ifSet: { tls: false } },
  ],
  instead:
    'No setting of Flask-Mail has certificates checked. Send through a relay on the same machine that checks them, or with smtplib and ssl.create_default_context().',
  notes: ["Nobody reads along on the way, but whoever answers in the server's name gets the log-in and the mail."],
  sources: ['Flask-Mail src/flask_mail/__init__.py (Connection.configure_host) 0.9.1, main branch'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'config.py',
      text: 'MAIL_SERVER = "smtp.example.com"\n',
      modes: ['plaintext'],
      fixed: ['required-unverified'],
    },
    {
      label: 'mistake',
      file: 'app.py',
      text: "app.config.update(\n    MAIL_SERVER='smtp.example.com',\n    MAIL_PORT=587,\n    MAIL_USE_TLS=False,  # later\n)\n",
      modes: ['plaintext'],
      fixed: ['required-unverified'],
    },
  ],
}
