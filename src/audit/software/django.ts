import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

/** Before 4.2 Django's SMTP backend made no TLS context, and Python then looks at no certificate. */
function judge(settings: Settings): Verdict {
  const implicit = settings.flag('ssl') === true
  if (!implicit && settings.flag('tls') !== true)
    return verdict('plaintext', ['tls', 'neither EMAIL_USE_TLS nor EMAIL_USE_SSL is on: STARTTLS is not asked for'])
  const key = implicit ? 'ssl' : 'tls'
  const how = [key, implicit ? 'TLS from the first octet' : 'STARTTLS or no mail'] as const
  if (settings.since('4.2')) return verdict(implicit ? 'implicit-verified' : 'required-verified', how)
  return verdict(
    implicit ? 'implicit-unverified' : 'required-unverified',
    [key, 'before Django 4.2 no certificate is looked at'],
    how,
  )
}

const names = {
  host: 'EMAIL_HOST',
  port: 'EMAIL_PORT',
  tls: 'EMAIL_USE_TLS',
  ssl: 'EMAIL_USE_SSL',
  backend: 'EMAIL_BACKEND',
  certificate: 'EMAIL_SSL_CERTFILE',
} as const

export const django: Software = {
  id: 'django',
  name: 'Django',
  kind: 'framework',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)(?:settings(?:\/[^/]+)?|[\w-]*settings[\w-]*)\.py$/,
      format: 'python',
      // A class of settings (django-configurations) has them too.
      keys: names,
      anchors: ['host', 'tls', 'ssl'],
      marks: ['EMAIL_'],
    },
    { kind: 'environment', keys: names, anchors: ['host'] },
  ],
  packages: ['pypi:django'],
  boundaries: ['4.2'],
  judge,
  remedies: [
    { security: 'starttls', set: { tls: true }, ifSet: { ssl: false } },
    { security: 'implicit', set: { ssl: true }, ifSet: { tls: false } },
  ],
  write: ({ host, port, security }) => ({
    file: 'settings.py',
    text: `EMAIL_HOST = "${host}"\nEMAIL_PORT = ${port}\n${security === 'implicit' ? 'EMAIL_USE_SSL' : 'EMAIL_USE_TLS'} = True\nEMAIL_HOST_USER = os.environ["EMAIL_HOST_USER"]\nEMAIL_HOST_PASSWORD = os.environ["EMAIL_HOST_PASSWORD"]\n`,
  }),
  notes: [
    'Certificates are checked since Django 4.2; before, no setting has them checked.',
    'EMAIL_USE_TLS and EMAIL_USE_SSL exclude each other: Django refuses to send with both.',
    'With EMAIL_SSL_CERTFILE or EMAIL_SSL_KEYFILE the context has no authorities of its own: since 4.2 every certificate fails unless they are loaded, and mail stays.',
    'Without settings mail goes to localhost, port 25, with no TLS; the console and file backends send nothing at all.',
    'django-environ and its like read the same names from the environment, or one EMAIL_URL (smtp+tls://, smtp+ssl://).',
  ],
  sources: ['django/core/mail/backends/smtp.py 3.2, 4.2, 5.0 and 5.2.17', 'Django documentation, settings, EMAIL_USE_TLS'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'settings.py',
      text: 'EMAIL_HOST = "smtp.example.com"\n',
      modes: ['plaintext'],
      fixed: ['required-unverified', 'required-verified'],
    },
    {
      label: 'mistake',
      file: 'settings.py',
      text: 'EMAIL_HOST = "smtp.example.com"\nEMAIL_PORT = 25\nEMAIL_USE_TLS = False\n',
      modes: ['plaintext'],
      fixed: ['required-unverified', 'required-verified'],
    },
  ],
}
