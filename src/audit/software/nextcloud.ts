import { modeOf } from '../mode.ts'
import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'
import { elsewhere } from './elsewhere.ts'
import { findUnverified, streamOptions, verifiedOptions } from './smtpsecure.ts'

/** Since Symfony Mailer came in (25) only `ssl` is read; port 465 alone means the same. */
function judge(settings: Settings): Verdict {
  const mode = settings.text('mode') ?? 'smtp'
  if (['sendmail', 'qmail'].includes(mode)) throw elsewhere('mode', `${mode}: the mail server of this machine`)
  const secure = settings.text('secure')
  if (secure === 'ssl' || settings.number('port') === 465) {
    const how = [secure === 'ssl' ? 'secure' : 'port', 'TLS from the first octet'] as const
    const unverified = findUnverified(settings)
    if (unverified === undefined) return verdict(modeOf('implicit', true), how)
    return verdict(
      modeOf('implicit', false),
      [unverified, "the certificate is not looked at: anybody may answer in the server's name"],
      how,
    )
  }
  return verdict('opportunistic', [
    'secure',
    secure === 'tls'
      ? 'tls is not read: STARTTLS is used where it is offered, as if nothing were set'
      : 'STARTTLS is used where it is offered; where somebody hides the offer, mail goes out readable',
  ])
}

export const nextcloud: Software = {
  id: 'nextcloud',
  name: 'Nextcloud',
  kind: 'cms',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)config\/(?:[\w.-]+\.)?config\.php$/,
      format: 'php',
      keys: {
        host: '$CONFIG.mail_smtphost',
        port: '$CONFIG.mail_smtpport',
        secure: '$CONFIG.mail_smtpsecure',
        mode: '$CONFIG.mail_smtpmode',
        ...streamOptions('$CONFIG.mail_smtpstreamoptions'),
      },
      anchors: ['host', 'secure', 'mode'],
      marks: ['mail_smtp'],
    },
    {
      // The official image makes a config file of these.
      kind: 'environment',
      images: ['nextcloud', 'library/nextcloud'],
      keys: { host: 'SMTP_HOST', port: 'SMTP_PORT', secure: 'SMTP_SECURE' },
      anchors: ['host'],
    },
  ],
  judge,
  remedies: [{ security: 'implicit', set: { secure: 'ssl' }, ifSet: verifiedOptions }],
  write: ({ host, port }) => ({
    file: 'config/mail.config.php',
    text: `<?php\n// STARTTLS cannot be required here: TLS from the first octet is the way, on port 465.\n$CONFIG = [\n  'mail_smtpmode' => 'smtp',\n  'mail_smtphost' => '${host}',\n  'mail_smtpport' => ${[25, 587, 2525].includes(port) ? 465 : port},\n  'mail_smtpsecure' => 'ssl',\n  'mail_smtpauth' => true,\n  'mail_smtpname' => 'YOUR-USER',\n  'mail_smtppassword' => 'YOUR-PASSWORD',\n];\n`,
  }),
  notes: [
    'STARTTLS cannot be required by any setting, as the manual itself says: ssl on port 465 is the way.',
    'The administration manual shows mail_smtpstreamoptions with verify_peer off for self-signed certificates. Trust that certificate on the machine instead.',
  ],
  sources: ['nextcloud/server lib/private/Mail/Mailer.php, 29 (getSmtpInstance)', 'Nextcloud administration manual, Email'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'config/config.php',
      text: "<?php\n$CONFIG = array (\n  'mail_smtpmode' => 'smtp',\n  'mail_smtphost' => 'smtp.example.com',\n);\n",
      modes: ['opportunistic'],
      fixed: ['implicit-verified'],
    },
    {
      label: 'mistake',
      file: 'config/config.php',
      text: "<?php\n$CONFIG = array (\n  'mail_smtphost' => 'smtp.example.com',\n  'mail_smtpport' => '587',\n  'mail_smtpsecure' => 'tls',\n  'mail_smtpstreamoptions' => array(\n    'ssl' => array(\n      'allow_self_signed' => true,\n      'verify_peer' => false,\n      'verify_peer_name' => false,\n    ),\n  ),\n);\n",
      modes: ['opportunistic'],
      fixed: ['implicit-verified'],
    },
  ],
}
