import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

function judge(settings: Settings): Verdict {
  const security = settings.text('security')?.trim().toLowerCase() ?? ''
  if (security === 'starttls') return verdict('required-verified', ['security', 'STARTTLS or no mail'])
  if (security === 'ssltls' || security === 'ssl') return verdict('implicit-verified', ['security', 'TLS from the first octet'])
  return verdict('plaintext', ['security', 'no TLS: mail and password go out readable'])
}

const key = (name: string): readonly string[] => [String.raw`email\.${name}\.secured`, String.raw`email\.${name}`]

export const sonarqube: Software = {
  id: 'sonarqube',
  name: 'SonarQube',
  kind: 'client',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)sonar[\w.-]*\.properties$/,
      format: 'properties',
      keys: {
        host: key(String.raw`smtp_host`),
        port: key(String.raw`smtp_port`),
        security: key(String.raw`smtp_secure_connection`),
      },
      anchors: ['host', 'security'],
    },
    {
      kind: 'unseen',
      where: 'the database, where the settings page keeps them',
      query:
        "SELECT prop_key, text_value FROM properties WHERE prop_key IN ('email.smtp_host.secured', 'email.smtp_port.secured', 'email.smtp_secure_connection.secured')",
    },
  ],
  judge,
  remedies: [
    { security: 'starttls', set: { security: 'STARTTLS' } },
    { security: 'implicit', set: { security: 'SSLTLS' } },
  ],
  write: ({ host, port, security }) => ({
    file: 'sonar.properties',
    text: `email.smtp_host.secured=${host}\nemail.smtp_port.secured=${port}\nemail.smtp_secure_connection.secured=${security === 'implicit' ? 'SSLTLS' : 'STARTTLS'}\n`,
  }),
  notes: ['What is set on the page Administration, Email goes before the file.'],
  sources: ['SonarQube Server documentation, email notifications; what it does with a certificate was not seen'],
  checkedOn: '2026-11-24',
  confidence: 'unverified',
  examples: [
    {
      label: 'default',
      file: 'conf/sonar.properties',
      text: '#email.smtp_secure_connection.secured=\nemail.smtp_host.secured=smtp.example.com\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'conf/sonar.properties',
      text: 'email.smtp_host.secured=smtp.example.com\nemail.smtp_port.secured=465\nemail.smtp_secure_connection.secured=NONE\n',
      modes: ['plaintext'],
      fixed: ['implicit-verified'],
    },
  ],
}
