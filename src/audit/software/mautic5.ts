import type { Software } from '../software.ts'
import { dsnBoundaries, judgeDsn, requireStarttls, useImplicitTls } from './dsn.ts'

export const mautic5: Software = {
  id: 'mautic5',
  name: 'Mautic 5 and later',
  kind: 'marketing',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)config\/local\.php$/,
      format: 'php',
      keys: { dsn: '**.mailer_dsn' },
      anchors: ['dsn'],
      marks: ['mailer_dsn'],
    },
  ],
  // What decides is the Symfony that this Mautic came with.
  packages: ['composer:symfony/mailer'],
  boundaries: dsnBoundaries,
  judge: judgeDsn,
  remedies: [
    { security: 'starttls', set: {}, rewrite: { dsn: requireStarttls }, also: 'Clear the cache: bin/console cache:clear.' },
    { security: 'implicit', set: {}, rewrite: { dsn: useImplicitTls }, also: 'Clear the cache: bin/console cache:clear.' },
  ],
  write: ({ host, port, security }) => ({
    file: 'config/local.php',
    text: `<?php\n// Every % of the DSN is doubled here.${security === 'implicit' ? '' : ' require_tls needs symfony/mailer 7.3.'}\n$parameters = array(\n\t'mailer_dsn' => 'smtp${security === 'implicit' ? 's' : ''}://YOUR-USER:YOUR-PASSWORD@${host}:${port}${security === 'implicit' ? '' : '?require_tls=true'}',\n);\n`,
  }),
  notes: [
    'The versions meant are those of symfony/mailer (composer.lock), not of Mautic: require_tls needs 7.3.',
    'Every % of the DSN is doubled in local.php.',
    'Saving the mail settings in the browser may drop require_tls: the form builds the DSN anew from scheme, user, password, host and port (seen in one version). smtps:// survives.',
    'The bounce mailbox is a way of its own: in monitored_email, encryption /ssl and /tls check the certificate, /ssl/novalidate-cert and /tls/novalidate-cert do not.',
  ],
  sources: [
    'mautic/mautic app/bundles/EmailBundle/Config/config.php and Mailer/Dsn/MailerDsnConvertor.php, 5.x',
    'symfony/mailer Transport/Smtp/EsmtpTransport.php; symfony/symfony#59479',
  ],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'config/local.php',
      text: "<?php\n$parameters = array(\n\t'mailer_dsn' => 'smtp://localhost:25',\n);\n",
      modes: ['opportunistic'],
    },
    {
      label: 'mistake',
      file: 'config/local.php',
      text: "<?php\n$parameters = array(\n\t'mailer_from_name' => 'News',\n\t'mailer_dsn' => 'smtp://news%%40example.com:secret@smtp.example.com:587', // TLS\n);\n",
      modes: ['opportunistic'],
      fixed: ['implicit-verified'],
    },
  ],
}
