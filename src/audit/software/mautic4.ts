import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'
import { elsewhere } from './elsewhere.ts'

/** SwiftMailer: `tls` sends STARTTLS and gives up where it is refused, empty never asks. */
function judge(settings: Settings): Verdict {
  const transport = settings.text('transport') ?? 'smtp'
  if (transport !== 'smtp') throw elsewhere('transport', `${transport}: not sent to the host below`)
  switch (settings.text('encryption') ?? '') {
    case 'ssl':
      return verdict('implicit-verified', ['encryption', 'TLS from the first octet'])
    case 'tls':
      return verdict('required-verified', ['encryption', 'STARTTLS or no mail'])
    default:
      return verdict('plaintext', ['encryption', 'no encryption is chosen: STARTTLS is not asked for, even where it is offered'])
  }
}

export const mautic4: Software = {
  id: 'mautic4',
  name: 'Mautic 2 to 4 (SwiftMailer)',
  kind: 'marketing',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)app\/config\/local\.php$/,
      format: 'php',
      keys: {
        host: '**.mailer_host',
        port: '**.mailer_port',
        encryption: '**.mailer_encryption',
        transport: '**.mailer_transport',
      },
      anchors: ['host', 'encryption'],
      marks: ['mailer_host', 'mailer_encryption'],
      // Mautic 5 leaves the old lines beside its own.
      isOurs: ({ entries }) => !entries.some(({ path }) => path.at(-1) === 'mailer_dsn'),
    },
  ],
  packages: ['composer:swiftmailer/swiftmailer'],
  judge,
  remedies: [
    { security: 'starttls', set: { encryption: 'tls' }, also: 'Clear the cache: bin/console cache:clear.' },
    { security: 'implicit', set: { encryption: 'ssl' }, also: 'Clear the cache: bin/console cache:clear.' },
  ],
  write: ({ host, port, security }) => ({
    file: 'app/config/local.php',
    text: `<?php\n$parameters = array(\n\t'mailer_transport' => 'smtp',\n\t'mailer_host' => '${host}',\n\t'mailer_port' => '${port}',\n\t'mailer_encryption' => '${security === 'implicit' ? 'ssl' : 'tls'}',\n\t'mailer_user' => 'YOUR-USER',\n\t'mailer_password' => 'YOUR-PASSWORD',\n);\n`,
  }),
  notes: [
    'Empty encryption means never, unlike in Mautic 5: STARTTLS is not used even where the server offers it.',
    'PHP 5.6 and later checks the certificate; there is no setting to switch that off (mautic/mautic#5817 asks for one).',
    'Where the server refuses EHLO and takes HELO, SwiftMailer goes on without STARTTLS; ssl on 465 leaves nothing to get round.',
  ],
  sources: ['swiftmailer lib/classes/Swift/Transport/EsmtpTransport.php, 5.4 and 6', 'mautic/mautic#5817 (form and log)'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'app/config/local.php',
      text: "<?php\n$parameters = array(\n\t'mailer_transport' => 'smtp',\n\t'mailer_host' => 'smtp.example.com',\n\t'mailer_port' => '25',\n);\n",
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'app/config/local.php',
      text: "<?php\n$parameters = array(\n\t'mailer_transport' => 'smtp',\n\t'mailer_host' => 'smtp.example.com',\n\t'mailer_port' => '465',\n\t'mailer_encryption' => null,\n);\n",
      modes: ['plaintext'],
      fixed: ['implicit-verified'],
    },
  ],
}
