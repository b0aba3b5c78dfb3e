import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'
import { columns, onlyCopy } from './elsewhere.ts'

/** SwiftMailer with certificate checks switched off in the source. */
function judge(settings: Settings): Verdict {
  switch (settings.text('protocol')?.toLowerCase()) {
    case 'ssl':
      return verdict(
        'implicit-unverified',
        ['protocol', "no certificate is looked at, whatever is set: anybody may answer in the server's name"],
        ['protocol', 'TLS from the first octet'],
      )
    case 'tls':
      return verdict('opportunistic', [
        'protocol',
        'versions on SwiftMailer require STARTTLS, those on Symfony Mailer use it where it is offered; neither looks at the certificate',
      ])
    default:
      return verdict('plaintext', [
        'protocol',
        'no encryption is chosen: versions on SwiftMailer never ask for STARTTLS, those on Symfony Mailer use it where it is offered',
      ])
  }
}

export const acelle: Software = {
  id: 'acelle',
  name: 'Acelle Mail',
  kind: 'marketing',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)acelle[\w.-]*\.json$/,
      format: 'json',
      keys: columns({ host: 'host', port: 'smtp_port', protocol: 'smtp_protocol' }),
      anchors: ['protocol'],
    },
    {
      kind: 'unseen',
      where: 'the table sending_servers in MySQL',
      query:
        "mysql acelle -N -B -r -e \"SELECT JSON_ARRAYAGG(JSON_OBJECT('name', name, 'type', type, 'host', host, 'smtp_port', smtp_port, 'smtp_protocol', smtp_protocol)) FROM sending_servers\" > acelle.json",
      signs: /(?:^|\/)app\/Model\/SendingServerSmtp\.php$/,
    },
  ],
  judge,
  remedies: [{ security: 'implicit', set: { protocol: 'ssl' }, also: onlyCopy }],
  instead:
    'No setting has the certificate checked. Send through a mail server on the same machine that requires TLS and checks it (Postfix with smtp_tls_security_level = secure), or through Sealpost as the relay.',
  notes: [
    'Certificates are not checked: verify_peer is off in the source of version 4 (it was a comment in the first versions).',
    'Versions on Symfony Mailer were not read; what they do is taken from that library.',
    'Change it under Sending, Sending servers.',
  ],
  sources: ['Acelle app/Model/SendingServerSmtp.php, first versions and 4', 'symfony/mailer Transport/Smtp/EsmtpTransport.php'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'acelle.json',
      text: '[{"name": "Main", "type": "smtp", "host": "smtp.example.com", "smtp_port": 25, "smtp_protocol": ""}]\n',
      modes: ['plaintext'],
      fixed: ['implicit-unverified'],
    },
    {
      label: 'mistake',
      file: 'acelle.json',
      text: '[{"name": "Main", "type": "smtp", "host": "smtp.example.com", "smtp_port": 587, "smtp_protocol": "tls"}]\n',
      modes: ['opportunistic'],
      fixed: ['implicit-unverified'],
    },
  ],
}
