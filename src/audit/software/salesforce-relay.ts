import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

function judge(settings: Settings): Verdict {
  switch (settings.text('tls')) {
    case 'RequiredVerify':
      return verdict('required-verified', ['tls', 'STARTTLS or no mail, and the certificate must be right'])
    case 'Required':
      return verdict('required-unverified', ['tls', 'STARTTLS or no mail, but any certificate passes'])
    case 'Preferred':
    case 'PreferredVerify':
      return verdict('opportunistic', [
        'tls',
        'STARTTLS is used where your relay offers it; where somebody hides the offer, mail goes out readable',
      ])
    default:
      return verdict('plaintext', ['tls', 'STARTTLS is left alone even where your relay offers it'])
  }
}

export const salesforceRelay: Software = {
  id: 'salesforce-relay',
  name: 'Salesforce email relay',
  kind: 'client',
  places: [
    {
      kind: 'file',
      path: /\.json$/,
      format: 'json',
      keys: {
        host: ['Host', 'records.*.Host', 'result.records.*.Host'],
        port: ['Port', 'records.*.Port', 'result.records.*.Port'],
        tls: ['TlsSetting', 'records.*.TlsSetting', 'result.records.*.TlsSetting'],
      },
      anchors: ['tls'],
      marks: ['"TlsSetting"'],
    },
    {
      kind: 'unseen',
      where: 'the EmailRelay object of the organization',
      query: 'SELECT Host, Port, TlsSetting, IsRequireAuth FROM EmailRelay',
    },
  ],
  judge,
  remedies: [
    {
      security: 'starttls',
      set: { tls: 'RequiredVerify' },
      also: 'Change it in Setup, Email Relays, or by the API: the file is a copy.',
    },
  ],
  notes: [
    'A relay that asks for a password needs RequiredVerify.',
    'Ports are 25, 587, 10025 and 11025: TLS from the first octet is not spoken.',
  ],
  sources: ['developer.salesforce.com, Object Reference, EmailRelay'],
  checkedOn: '2026-11-24',
  confidence: 'documentation',
  examples: [
    {
      label: 'default',
      file: 'email-relay.json',
      text: '{ "Host": "relay.example.com", "Port": "25", "TlsSetting": "Off" }\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'email-relay.json',
      text: '{\n  "Host": "relay.example.com",\n  "Port": "587",\n  "TlsSetting": "Preferred"\n}\n',
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
  ],
}
