import type { Software } from '../software.ts'
import { dsnBoundaries, judgeDsn, requireStarttls, useImplicitTls } from './dsn.ts'

export const symfonyMailer: Software = {
  id: 'symfony-mailer',
  name: 'Symfony Mailer',
  kind: 'framework',
  places: [
    {
      kind: 'environment',
      path: /(?:^|\/)\.env(?:\.[\w-]+)*$/,
      keys: { dsn: 'MAILER_DSN' },
      anchors: ['dsn'],
    },
    {
      kind: 'file',
      path: /(?:^|\/)config\/(?:packages\/)?(?:[\w-]+\/)?(?:mailer|framework)\.ya?ml$/,
      format: 'yaml',
      keys: { dsn: ['**.mailer.dsn', '**.mailer.transports.*'] },
      anchors: ['dsn'],
    },
    {
      kind: 'file',
      path: /(?:^|\/)config\/packages\/(?:[\w-]+\/)?(?:mailer|framework)\.php$/,
      format: 'php',
      keys: { dsn: ['**.mailer.dsn', '**.mailer.transports.*'] },
      anchors: ['dsn'],
      marks: ['mailer'],
    },
  ],
  packages: ['composer:symfony/mailer'],
  boundaries: dsnBoundaries,
  judge: judgeDsn,
  remedies: [
    { security: 'starttls', set: {}, rewrite: { dsn: requireStarttls } },
    { security: 'implicit', set: {}, rewrite: { dsn: useImplicitTls } },
  ],
  write: ({ host, port, security }) => ({
    file: '.env.local',
    text:
      security === 'implicit'
        ? `MAILER_DSN="smtps://YOUR-USER:YOUR-PASSWORD@${host}:${port}"\n`
        : `# require_tls needs symfony/mailer 7.3\nMAILER_DSN="smtp://YOUR-USER:YOUR-PASSWORD@${host}:${port}?require_tls=true"\n`,
  }),
  notes: [
    'Without a port, every host but localhost gets TLS from the first octet on 465; port 465 means the same, even with smtp://.',
    'Before symfony/mailer 7.3 STARTTLS cannot be required: smtps:// is the way.',
    'require_tls is not looked at where the server refuses EHLO and takes HELO, so somebody in between can still get round it; smtps:// leaves nothing to get round.',
    'encryption= and auth_mode= did something before 4.4 only; today they are read over without a word.',
    'peer_fingerprint (since 6.4) pins one certificate, and holds with verify_peer off too.',
    'Special characters of the user and the password are written percent-encoded; in YAML parameters every % is doubled.',
  ],
  sources: [
    'symfony/mailer Transport/Smtp/EsmtpTransportFactory.php and EsmtpTransport.php, 6.3, 7.0 and after 7.3',
    'symfony/mailer CHANGELOG, 6.4, 7.1 and 7.3; symfony/symfony#53621, #59479, #48297, #33233',
    'Symfony documentation, Sending Emails with Mailer',
  ],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: '.env',
      text: 'MAILER_DSN=smtp://localhost\n',
      modes: ['opportunistic'],
    },
    {
      label: 'mistake',
      file: '.env',
      text: '# encrypted by the server\nMAILER_DSN="smtp://mail%40example.com:p\\$w@smtp.example.com:587?encryption=tls&verify_peer=0"\n',
      modes: ['opportunistic'],
      fixed: ['implicit-verified'],
    },
    {
      label: 'mistake',
      file: '.env.local',
      text: 'MAILER_DSN=smtp://user:pass@smtp.example.com:587?auto_tls=false\n',
      version: '7.3',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
  ],
}
