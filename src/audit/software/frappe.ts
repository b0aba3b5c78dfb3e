import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'
import { ownKeys } from './elsewhere.ts'

const loose = "no certificate is looked at, whatever is set: anybody may answer in the server's name"

/** Python's smtplib without a context, for both ways. */
function judge(settings: Settings): Verdict {
  if (settings.flag('ssl') === true) return verdict('implicit-unverified', ['ssl', loose], ['ssl', 'TLS from the first octet'])
  if (settings.flag('tls') === true) return verdict('required-unverified', ['tls', loose], ['tls', 'STARTTLS or no mail'])
  return verdict('plaintext', ['tls', 'neither TLS nor SSL is on: STARTTLS is not asked for'])
}

export const frappe: Software = {
  id: 'frappe',
  name: 'ERPNext / Frappe',
  kind: 'cms',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)(?:site_config|common_site_config)\.json$/,
      format: 'json',
      ...ownKeys({ host: 'mail_server', port: 'mail_port', tls: 'use_tls' }, ['host']),
    },
    {
      kind: 'file',
      path: /(?:^|\/)email_account[\w.-]*\.json$/,
      format: 'json',
      ...ownKeys({ host: '*.smtp_server', port: '*.smtp_port', tls: '*.use_tls', ssl: '*.use_ssl_for_outgoing' }, ['host']),
    },
    {
      kind: 'unseen',
      where: 'the documents of the type Email Account, in the database of the site',
      query:
        'bench --site SITE execute frappe.get_all --args \'["Email Account"]\' --kwargs \'{"filters": {"enable_outgoing": 1}, "fields": ["name", "smtp_server", "smtp_port", "use_tls", "use_ssl_for_outgoing"]}\' > email_account.json',
      signs: /(?:^|\/)sites\/[^/]+\/site_config\.json$/,
      images: ['frappe/erpnext', 'frappe/frappe-worker', 'frappe/bench'],
    },
  ],
  packages: ['pypi:frappe'],
  judge,
  remedies: [
    { security: 'starttls', set: { tls: 1 }, also: 'Email Accounts in the database are to be changed there.' },
    { security: 'implicit', set: { ssl: 1 }, also: 'Email Accounts in the database are to be changed there.' },
  ],
  instead:
    'No setting has the certificate checked. Send through a mail server on the same machine that requires TLS and checks it (Postfix with smtp_tls_security_level = secure), or through Sealpost as the relay.',
  notes: [
    'Frappe never checks the certificate: its settings can reach encryption, not proof of the server.',
    'An Email Account in the database goes before site_config.json.',
    'site_config.json has STARTTLS only; in newer versions a mail_login there switches it on even without use_tls.',
  ],
  sources: [
    'frappe/frappe frappe/email/smtp.py and frappe/email/doctype/email_account/email_account.py, 14 and later',
    'Python documentation, smtplib, SMTP.starttls',
  ],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'sites/erp.example.com/site_config.json',
      text: '{\n "db_name": "erp",\n "mail_server": "smtp.example.com",\n "mail_port": 25\n}\n',
      modes: ['plaintext'],
      fixed: ['required-unverified'],
    },
    {
      label: 'mistake',
      file: 'email_account.json',
      text: '[\n {\n  "doctype": "Email Account",\n  "smtp_server": "smtp.example.com",\n  "smtp_port": "465",\n  "use_tls": 0,\n  "use_ssl_for_outgoing": 0\n }\n]\n',
      modes: ['plaintext'],
      fixed: ['implicit-unverified'],
    },
  ],
}
