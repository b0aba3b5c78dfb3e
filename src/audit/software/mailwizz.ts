import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'
import { columns, onlyCopy } from './elsewhere.ts'

const loose = "no certificate is looked at, whatever is set: anybody may answer in the server's name"

/** Both of its mailers switch certificate checks off; the words mean other things to each. */
function judge(settings: Settings): Verdict {
  const protocol = settings.text('protocol')?.toLowerCase() ?? ''
  return settings.since('2.1.2') ? judgeSymfony(protocol, settings.number('port')) : judgeSwift(protocol)
}

function judgeSymfony(protocol: string, port: number | undefined): Verdict {
  const named = protocol === 'ssl' || protocol === 'tls'
  if (named || port === 465)
    return verdict(
      'implicit-unverified',
      ['protocol', loose],
      named ? ['protocol', 'ssl and tls both: TLS from the first octet'] : ['port', 'port 465: TLS from the first octet'],
    )
  return verdict('opportunistic', [
    'protocol',
    protocol === 'starttls'
      ? 'starttls does not require it: used where it is offered, with any certificate, and only there'
      : 'no encryption is chosen: it is used where it is offered, with any certificate, and only there',
  ])
}

function judgeSwift(protocol: string): Verdict {
  if (protocol === 'ssl') return verdict('implicit-unverified', ['protocol', loose], ['protocol', 'TLS from the first octet'])
  if (protocol === 'tls') return verdict('required-unverified', ['protocol', loose], ['protocol', 'STARTTLS or no mail'])
  return verdict('plaintext', [
    'protocol',
    protocol === 'starttls'
      ? 'starttls is no word that SwiftMailer knows, so that it encrypts nothing'
      : 'no encryption is chosen: STARTTLS is not asked for',
  ])
}

export const mailwizz: Software = {
  id: 'mailwizz',
  name: 'MailWizz',
  kind: 'marketing',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)mailwizz[\w.-]*\.json$/,
      format: 'json',
      keys: columns({ host: 'hostname', port: 'port', protocol: 'protocol' }),
      anchors: ['protocol'],
    },
    {
      kind: 'unseen',
      where: 'the table delivery_server in MySQL (with its prefix, mostly mw_)',
      query:
        "mysql mailwizz -N -B -r -e \"SELECT JSON_ARRAYAGG(JSON_OBJECT('name', name, 'type', type, 'hostname', hostname, 'port', port, 'protocol', protocol)) FROM mw_delivery_server\" > mailwizz.json",
      signs: /(?:^|\/)apps\/common\/config\/main-custom\.php$/,
    },
  ],
  boundaries: ['2.1.2'],
  judge,
  remedies: [{ security: 'implicit', set: { protocol: 'ssl' }, also: onlyCopy }],
  instead:
    'No setting has the certificate checked. Send through a mail server on the same machine that requires TLS and checks it (Postfix with smtp_tls_security_level = secure), or through Sealpost as the relay; an extension may also hook into mailer_after_create_transport_instance.',
  notes: [
    'Certificates are never checked: verify_peer is off in the source, with SwiftMailer (up to 2.1.1) and with Symfony Mailer (since).',
    'The form has TLS, SSL, STARTTLS or nothing. Since 2.1.2 TLS means what SSL means, TLS from the first octet, so that TLS on port 587 cannot connect; STARTTLS is the same as nothing.',
    'Change it under Servers, Delivery servers.',
  ],
  sources: ['MailWizz MailerSwiftMailer (1.x and 2.0), MailerSymfonyMailer (since 2.1.2), DeliveryServer::getProtocolsArray'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'mailwizz.json',
      text: '[{"name": "Main", "type": "smtp", "hostname": "smtp.example.com", "port": 25, "protocol": ""}]\n',
      modes: ['plaintext', 'opportunistic'],
      fixed: ['implicit-unverified'],
    },
    {
      label: 'mistake',
      file: 'mailwizz.json',
      text: '[{"name": "Main", "type": "smtp", "hostname": "smtp.example.com", "port": 587, "protocol": "starttls"}]\n',
      version: '2.6.0',
      modes: ['opportunistic'],
      fixed: ['implicit-unverified'],
    },
  ],
}
