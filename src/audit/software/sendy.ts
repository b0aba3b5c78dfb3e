import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'
import { columns, elsewhere, onlyCopy } from './elsewhere.ts'

function judge(settings: Settings): Verdict {
  if (settings.text('host') === '') throw elsewhere('host', 'no smtp_host: sent by Amazon SES, or by this machine')
  switch (settings.text('secure')) {
    case 'ssl':
      return verdict('implicit-verified', ['secure', 'TLS from the first octet'])
    case 'tls':
      return verdict('required-verified', ['secure', 'STARTTLS or no mail'])
    default:
      return verdict('plaintext', [
        'secure',
        'no encryption is chosen: some versions then pass the server over and hand mail to PHP mail()',
      ])
  }
}

export const sendy: Software = {
  id: 'sendy',
  name: 'Sendy',
  kind: 'marketing',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)sendy[\w.-]*\.json$/,
      format: 'json',
      keys: columns({ host: 'smtp_host', port: 'smtp_port', secure: 'smtp_ssl' }),
      anchors: ['host', 'secure'],
    },
    {
      kind: 'unseen',
      where: 'the settings of each brand, in the table apps in MySQL',
      query:
        "mysql sendy -N -B -r -e \"SELECT JSON_ARRAYAGG(JSON_OBJECT('app_name', app_name, 'smtp_host', smtp_host, 'smtp_port', smtp_port, 'smtp_ssl', smtp_ssl)) FROM apps\" > sendy.json",
      signs: /(?:^|\/)sendy[^/]*\/includes\/config\.php$|(?:^|\/)includes\/helpers\/EmailAddressValidator\.php$/,
    },
  ],
  judge,
  remedies: [
    { security: 'starttls', set: { secure: 'tls' }, also: onlyCopy },
    { security: 'implicit', set: { secure: 'ssl' }, also: onlyCopy },
  ],
  notes: [
    'includes/config.php has the database only; each brand has a server of its own.',
    'Some versions use the server only where smtp_ssl is not empty; what is left is PHP mail() and the mail server of the machine.',
    "Change it in the brand's settings, SMTP settings.",
  ],
  sources: [
    'Sendy, the sending scripts of several versions (smtp_ssl goes to SMTPSecure; the table apps)',
    'PHPMailer/PHPMailer src/PHPMailer.php 6',
  ],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'sendy.json',
      text: '[{"app_name": "News", "smtp_host": "smtp.example.com", "smtp_port": "25", "smtp_ssl": ""}]\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'sendy-apps.json',
      text: '[{"type":"header","version":"5.2"},\n{"type":"table","name":"apps","data":[\n{"app_name":"News","smtp_host":"smtp.example.com","smtp_port":"465","smtp_ssl":""}\n]}]\n',
      modes: ['plaintext'],
      fixed: ['implicit-verified'],
    },
  ],
}
