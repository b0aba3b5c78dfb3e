import type { Settings } from '../settings.ts'
import type { FoundSetup, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

function judge(settings: Settings): Verdict {
  const loose = ['tls', "no setting has the certificate looked at: anybody may answer in the mail hub's name"] as const
  if (settings.flag('starttls') === true) return verdict('required-unverified', loose, ['starttls', 'STARTTLS or no mail'])
  if (settings.flag('tls') === true) return verdict('implicit-unverified', loose, ['tls', 'TLS from the first octet'])
  return verdict('plaintext', ['tls', 'neither UseTLS nor UseSTARTTLS is on: mail and password go out readable'])
}

const isImplicit = ({ entries }: FoundSetup): boolean => {
  const value = entries['host']?.value
  return value?.kind === 'literal' && /[:\s]465$/.test(value.text)
}

const spell = (...names: readonly string[]): readonly string[] =>
  names.flatMap((name) => [name, name.toLowerCase(), name.toUpperCase()])

export const ssmtp: Software = {
  id: 'ssmtp',
  name: 'sSMTP',
  kind: 'client',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)ssmtp\.conf$/,
      format: 'ini',
      keys: {
        host: spell('mailhub', 'Mailhub', 'MailHub'),
        tls: spell('UseTLS', 'useTLS'),
        starttls: spell('UseSTARTTLS', 'useSTARTTLS'),
        ca: ['TLS_CA_File', 'TLS_CA_Dir'],
      },
      anchors: ['host', 'tls', 'starttls'],
    },
  ],
  judge,
  remedies: [
    { security: 'starttls', set: { tls: 'YES', starttls: 'YES' }, edit: (_, setup) => (isImplicit(setup) ? undefined : []) },
    { security: 'implicit', set: { tls: 'YES' }, ifSet: { starttls: 'NO' } },
  ],
  instead:
    'No setting of ssmtp reaches verified TLS, and nobody maintains it: put msmtp in its place, which reads a file as short.',
  notes: [
    'ssmtp looks at no certificate in the builds that are common; TLS_CA_File counts in some of other systems only.',
    'The host and the port of `mailhub` stand together: 587 for UseSTARTTLS, 465 for UseTLS alone.',
  ],
  sources: ['ssmtp.conf(5) and TLS, 2.64 as Debian 12 ships them'],
  checkedOn: '2026-11-24',
  confidence: 'documentation',
  examples: [
    {
      label: 'default',
      file: 'etc/ssmtp/ssmtp.conf',
      text: 'root=postmaster\nmailhub=mail\nhostname=host.example.com\n',
      modes: ['plaintext'],
      fixed: ['required-unverified'],
    },
    {
      label: 'mistake',
      file: 'etc/ssmtp/ssmtp.conf',
      text: 'mailhub=smtp.example.com:587\nUseTLS=NO\nUseSTARTTLS=NO\n',
      modes: ['plaintext'],
      fixed: ['required-unverified'],
    },
  ],
}
