import { modeOf } from '../mode.ts'
import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'
import { columns, onlyCopy, ownKeys } from './elsewhere.ts'

function judge(settings: Settings): Verdict {
  const encryption = settings.text('encryption')
  if (encryption === undefined) return judgeFile(settings)
  const security = encryption.startsWith('ssl') ? 'implicit' : 'starttls'
  const how = ['encryption', security === 'implicit' ? 'TLS from the first octet' : 'STARTTLS or no mail'] as const
  switch (encryption) {
    case 'starttls_strict':
    case 'ssl_strict':
      return verdict(modeOf(security, true), how)
    case 'starttls':
    case 'ssl':
      return verdict(
        modeOf(security, false),
        ['encryption', "without strict the certificate is not looked at: anybody may answer in the server's name"],
        how,
      )
    default:
      return verdict('plaintext', ['encryption', 'no encryption is chosen: STARTTLS is not asked for'])
  }
}

/** `smtp_ssl` has meant STARTTLS since version 7, and no line of the file has the certificate checked. */
function judgeFile(settings: Settings): Verdict {
  if (settings.flag('ssl') === true)
    return verdict(
      'required-unverified',
      ['ssl', "the certificate is not looked at: anybody may answer in the server's name"],
      ['ssl', 'STARTTLS or no mail, whatever the name says'],
    )
  return verdict('plaintext', ['ssl', 'smtp_ssl is not on: STARTTLS is not asked for'])
}

export const odoo: Software = {
  id: 'odoo',
  name: 'Odoo',
  kind: 'cms',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)(?:odoo[\w.-]*\.conf|\.odoorc|openerp-server\.conf)$/,
      format: 'ini',
      ...ownKeys({ host: 'options.smtp_server', port: 'options.smtp_port', ssl: 'options.smtp_ssl' }, ['host', 'ssl']),
    },
    {
      kind: 'file',
      path: /(?:^|\/)(?:odoo|ir[_.]mail[_.]server)[\w.-]*\.json$/,
      format: 'json',
      ...ownKeys(columns({ host: 'smtp_host', port: 'smtp_port', encryption: 'smtp_encryption' }), ['encryption']),
    },
    {
      kind: 'unseen',
      where: 'the outgoing mail servers, in the table ir_mail_server in PostgreSQL; they go before odoo.conf',
      query:
        "psql odoo -Atc \"SELECT json_agg(json_build_object('name', name, 'smtp_host', smtp_host, 'smtp_port', smtp_port, 'smtp_encryption', smtp_encryption)) FROM ir_mail_server WHERE active\" > odoo.json",
      signs: /(?:^|\/)(?:odoo[\w.-]*\.conf|\.odoorc|openerp-server\.conf|odoo-bin)$/,
      images: ['odoo', 'library/odoo'],
    },
  ],
  judge,
  remedies: [
    { security: 'starttls', set: { encryption: 'starttls_strict' }, also: onlyCopy },
    { security: 'implicit', set: { encryption: 'ssl_strict' }, also: onlyCopy },
    {
      security: 'starttls',
      set: { ssl: true },
      also: 'The file cannot have certificates checked: make an outgoing mail server in Odoo with a strict encryption instead.',
    },
  ],
  write: ({ host, port, security }) => ({
    file: 'odoo-outgoing-mail-server.json',
    text: `${JSON.stringify([{ name: host, smtp_host: host, smtp_port: port, smtp_encryption: security === 'implicit' ? 'ssl_strict' : 'starttls_strict', smtp_authentication: 'login', smtp_user: 'YOUR-USER', smtp_pass: 'YOUR-PASSWORD' }], null, 2)}\n`,
  }),
  notes: [
    'Only starttls_strict and ssl_strict check the certificate; older versions do not have them: look first whether the list offers "encryption and validation".',
    'A new server starts with port 25 and no encryption.',
    'An outgoing mail server in the database goes before odoo.conf.',
    'smtp_ssl in odoo.conf has meant STARTTLS since version 7, and never checks the certificate.',
    'Change it under Settings, Technical, Outgoing Mail Servers.',
  ],
  sources: ['odoo/odoo odoo/addons/base/models/ir_mail_server.py, with the strict choices and before them'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'odoo.json',
      text: '[{"name": "Mail", "smtp_host": "smtp.example.com", "smtp_port": 25, "smtp_encryption": "none"}]\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'ir_mail_server.json',
      text: '[{"name": "Mail", "smtp_host": "smtp.example.com", "smtp_port": 465, "smtp_encryption": "ssl"}]\n',
      modes: ['implicit-unverified'],
      fixed: ['implicit-verified'],
    },
    {
      label: 'mistake',
      file: 'etc/odoo/odoo.conf',
      text: '[options]\nsmtp_server = smtp.example.com\nsmtp_port = 587\nsmtp_ssl = False\n',
      modes: ['plaintext'],
      fixed: ['required-unverified'],
    },
  ],
}
