import { modeOf } from '../mode.ts'
import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

/** Numbers as the API has them, words as an export does; an export leaves defaults out. */
function judge(settings: Settings): Verdict {
  const words = settings.text('security')?.toUpperCase() ?? '0'
  const security =
    words === '1' || words === 'STARTTLS' ? 'starttls' : words === '2' || words.startsWith('SSL') ? 'implicit' : undefined
  if (!security) return verdict('plaintext', ['security', 'no TLS: alerts and password go out readable'])
  const how = ['security', security === 'implicit' ? 'TLS from the first octet' : 'STARTTLS or no mail'] as const
  if (settings.flag('peer') !== true)
    return verdict(
      modeOf(security, false),
      ['peer', 'the certificate is not looked at: a box of its own has to be ticked for it'],
      how,
    )
  if (settings.flag('name') !== true)
    return verdict(modeOf(security, false), ['name', 'the name in the certificate is not compared: any valid one passes'], how)
  return verdict(modeOf(security, true), how)
}

const parent = 'zabbix_export.media_types.*'

export const zabbix: Software = {
  id: 'zabbix',
  name: 'Zabbix (media type)',
  kind: 'client',
  places: [
    {
      kind: 'file',
      path: /\.ya?ml$/,
      format: 'yaml',
      keys: {
        host: `${parent}.smtp_server`,
        port: `${parent}.smtp_port`,
        security: `${parent}.smtp_security`,
        peer: `${parent}.smtp_verify_peer`,
        name: `${parent}.smtp_verify_host`,
      },
      anchors: ['host'],
      marks: ['zabbix_export'],
    },
    {
      kind: 'unseen',
      where: 'the database, table media_type',
      query:
        'SELECT name, smtp_server, smtp_port, smtp_security, smtp_verify_peer, smtp_verify_host FROM media_type WHERE type = 0',
    },
  ],
  judge,
  remedies: [
    {
      security: 'starttls',
      set: { security: 'STARTTLS', peer: 'YES', name: 'YES' },
      also: 'Import the file again: Zabbix reads its database.',
    },
    {
      security: 'implicit',
      set: { security: 'SSL_OR_TLS', peer: 'YES', name: 'YES' },
      also: 'Import the file again: Zabbix reads its database.',
    },
  ],
  notes: [
    'No TLS is the default, and with TLS chosen nothing is verified until two more boxes are ticked: SSL verify peer and SSL verify host.',
    'smtp_security is 0 for none, 1 for STARTTLS, 2 for TLS from the first octet.',
  ],
  sources: [
    'Zabbix database schema (columns and defaults)',
    'Zabbix documentation, API, media type object; the words of an export were not seen',
  ],
  checkedOn: '2026-11-24',
  confidence: 'documentation',
  examples: [
    {
      label: 'default',
      file: 'zbx_export_mediatypes.yaml',
      text: 'zabbix_export:\n  version: "6.0"\n  media_types:\n    - name: Email\n      type: EMAIL\n      smtp_server: mail.example.com\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'zbx_export_mediatypes.yaml',
      text: "zabbix_export:\n  media_types:\n    - name: Email\n      smtp_server: smtp.example.com\n      smtp_port: '587'\n      smtp_security: STARTTLS\n",
      modes: ['required-unverified'],
      fixed: ['required-verified'],
    },
  ],
}
