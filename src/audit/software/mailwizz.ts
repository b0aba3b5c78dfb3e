import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'
import { columns, onlyCopy } from './elsewhere.ts'

function judge(settings: Settings): Verdict {
  switch (settings.text('protocol')?.toLowerCase()) {
    case 'ssl':
      return verdict('implicit-verified', ['protocol', 'TLS from the first octet'])
    case 'tls':
    case 'starttls':
      return verdict('required-verified', ['protocol', 'STARTTLS or no mail'])
    default:
      return verdict('plaintext', ['protocol', 'no encryption is chosen'])
  }
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
  judge,
  remedies: [
    { security: 'starttls', set: { protocol: 'tls' }, also: onlyCopy },
    { security: 'implicit', set: { protocol: 'ssl' }, also: onlyCopy },
  ],
  notes: [
    'MailWizz is sold, and its source was not read: what the four choices none, tls, ssl and starttls do is taken from their names. Test the server as well.',
    'Change it under Servers, Delivery servers.',
  ],
  sources: ['names of the table and its columns, from general knowledge of MailWizz 2; not checked'],
  checkedOn: '2026-11-24',
  confidence: 'unverified',
  examples: [
    {
      label: 'default',
      file: 'mailwizz.json',
      text: '[{"name": "Main", "type": "smtp", "hostname": "smtp.example.com", "port": 25, "protocol": ""}]\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'mailwizz.json',
      text: '[{"name": "Main", "type": "smtp", "hostname": "smtp.example.com", "port": 465, "protocol": "none"}]\n',
      modes: ['plaintext'],
      fixed: ['implicit-verified'],
    },
  ],
}
