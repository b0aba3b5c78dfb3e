import { modeOf } from '../mode.ts'
import { type Settings, compareVersions } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

/** The name in the certificate is compared since 1.32.1 (CVE-2020-2252). The file says which version wrote it: `mailer@1.32`. */
const comparing = '1.32.1'
const backports: ReadonlySet<string> = new Set(['1.29.1', '1.31.1'])

function judge(settings: Settings): Verdict {
  const [, written] = /^mailer@(.+)$/.exec(settings.text('plugin') ?? '') ?? []
  const version = written ?? settings.version
  const verified = version === undefined || backports.has(version) || compareVersions(version, comparing) >= 0
  const security = settings.flag('ssl') === true ? 'implicit' : 'starttls'
  if (security === 'starttls' && settings.flag('tls') !== true)
    return verdict('plaintext', ['tls', 'neither useSsl nor useTls is on: mail goes out readable'])
  const how = security === 'implicit' ? (['ssl', 'TLS from the first octet'] as const) : (['tls', 'STARTTLS or no mail'] as const)
  if (verified) return verdict(modeOf(security, true), how)
  return verdict(
    modeOf(security, false),
    [how[0], `before Mailer ${comparing} the name in the certificate is not compared: any valid one passes`],
    how,
  )
}

const names = { host: 'smtpHost', port: 'smtpPort', ssl: 'useSsl', tls: 'useTls' }
const below = (parent: string) => Object.fromEntries(Object.entries(names).map(([key, name]) => [key, `${parent}${name}`]))

export const jenkins: Software = {
  id: 'jenkins',
  name: 'Jenkins (Mailer plugin)',
  kind: 'client',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)hudson\.tasks\.Mailer\.xml$/,
      format: 'xml',
      keys: { ...below('*.'), plugin: '*.@plugin' },
      anchors: ['host', 'ssl', 'tls'],
    },
    {
      kind: 'file',
      path: /\.ya?ml$/,
      format: 'yaml',
      keys: below('unclassified.mailer.'),
      anchors: ['host', 'ssl', 'tls'],
      marks: ['unclassified:'],
    },
  ],
  boundaries: [comparing],
  judge,
  remedies: [
    {
      security: 'starttls',
      set: { tls: true },
      ifSet: { ssl: false },
      also: `Use Mailer ${comparing} or newer: before, the certificate's name is not compared.`,
    },
    {
      security: 'implicit',
      set: { ssl: true },
      ifSet: { tls: false },
      also: `Use Mailer ${comparing} or newer: before, the certificate's name is not compared.`,
    },
  ],
  write: ({ host, port, security }) => ({
    file: 'jenkins.yaml',
    text: `unclassified:\n  mailer:\n    smtpHost: ${host}\n    smtpPort: "${port}"\n    useSsl: ${String(security === 'implicit')}\n    useTls: ${String(security === 'starttls')}\n`,
  }),
  notes: [
    'Old versions made TLS by a socket factory, which compares no name unless the system property mail.smtp.ssl.checkserveridentity is set.',
    'useTls is STARTTLS, known since Mailer 1.31; useSsl goes before it.',
  ],
  sources: [
    'jenkinsci/mailer-plugin Mailer.java at 02e72046 (old); pull requests 76 and 89 of 2020',
    'CVE-2020-2252 (Mailer up to 1.32; mended in 1.29.1 and 1.31.1 too)',
    'mailer-plugin release notes 1.31 to 1.34',
  ],
  checkedOn: '2026-11-24',
  confidence: 'documentation',
  examples: [
    {
      label: 'default',
      file: 'hudson.tasks.Mailer.xml',
      text: '<?xml version="1.1" encoding="UTF-8"?>\n<hudson.tasks.Mailer_-DescriptorImpl plugin="mailer@1.32.1">\n  <smtpHost>smtp.example.com</smtpHost>\n  <useSsl>false</useSsl>\n  <charset>UTF-8</charset>\n</hudson.tasks.Mailer_-DescriptorImpl>\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'jenkins.yaml',
      text: 'unclassified:\n  mailer:\n    smtpHost: smtp.example.com\n    smtpPort: "465" # relay\n    useSsl: false\n',
      modes: ['plaintext'],
      fixed: ['implicit-unverified', 'implicit-verified'],
    },
  ],
}
