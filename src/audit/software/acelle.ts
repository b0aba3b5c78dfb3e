import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'
import { columns, onlyCopy } from './elsewhere.ts'

function judge(settings: Settings): Verdict {
  const protocol = settings.text('protocol') ?? ''
  if (protocol.toLowerCase() === 'ssl') return verdict('implicit-verified', ['protocol', 'TLS from the first octet'])
  return verdict('opportunistic', [
    'protocol',
    protocol === ''
      ? 'no encryption is chosen: it is used where it is offered, and only there'
      : 'does not require STARTTLS: where somebody hides the offer, mail goes out readable',
  ])
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
      signs: /(?:^|\/)app\/Model\/SendingServer(?:Smtp)?\.php$/,
    },
  ],
  judge,
  remedies: [{ security: 'implicit', set: { protocol: 'ssl' }, also: onlyCopy }],
  notes: [
    'Acelle is sold, and its source was not read: what its choices do is taken from the mail library under it. Test the server as well.',
    'Change it under Sending, Sending servers.',
  ],
  sources: ['names of the table and its columns, from general knowledge of Acelle 4; not checked'],
  checkedOn: '2026-11-24',
  confidence: 'unverified',
  examples: [
    {
      label: 'default',
      file: 'acelle.json',
      text: '[{"name": "Main", "type": "smtp", "host": "smtp.example.com", "smtp_port": 25, "smtp_protocol": ""}]\n',
      modes: ['opportunistic'],
      fixed: ['implicit-verified'],
    },
    {
      label: 'mistake',
      file: 'acelle.json',
      text: '[{"name": "Main", "type": "smtp", "host": "smtp.example.com", "smtp_port": 587, "smtp_protocol": "tls"}]\n',
      modes: ['opportunistic'],
      fixed: ['implicit-verified'],
    },
  ],
}
