import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { elsewhere } from './elsewhere.ts'
import { judgeSmtpSecure } from './smtpsecure.ts'

function judge(settings: Settings): Verdict {
  if (settings.has('on')) {
    if (settings.flag('on') === false) throw elsewhere('on', 'WPMS_ON is off: the stored settings decide')
    if (!settings.has('secure')) throw elsewhere('secure', 'no WPMS_SSL: the stored settings decide')
  }
  const mailer = settings.text('mailer') ?? 'smtp'
  if (mailer !== 'smtp') throw elsewhere('mailer', `${mailer}: not sent to the host below`)
  return judgeSmtpSecure({
    secure: settings.text('secure'),
    autoTls: settings.flag('autoTls') !== false,
    host: settings.peek('host'),
  })
}

export const wpMailSmtp: Software = {
  id: 'wp-mail-smtp',
  name: 'WP Mail SMTP (WordPress)',
  kind: 'cms',
  places: [
    {
      kind: 'file',
      path: /\.php$/,
      format: 'php',
      keys: {
        on: '**.define.WPMS_ON',
        mailer: '**.define.WPMS_MAILER',
        host: '**.define.WPMS_SMTP_HOST',
        port: '**.define.WPMS_SMTP_PORT',
        secure: '**.define.WPMS_SSL',
        autoTls: '**.define.WPMS_SMTP_AUTOTLS',
      },
      anchors: ['host', 'secure', 'autoTls'],
      marks: ['WPMS_ON'],
      // Without WPMS_ON the other constants do nothing.
      isOurs: ({ entries }) => entries.some(({ path }) => path.at(-1) === 'WPMS_ON'),
    },
    {
      kind: 'file',
      path: /(?:^|\/)wp[-_]mail[-_]smtp[\w.-]*\.json$/,
      format: 'json',
      keys: {
        mailer: 'mail.mailer',
        host: 'smtp.host',
        port: 'smtp.port',
        secure: 'smtp.encryption',
        autoTls: 'smtp.autotls',
      },
      anchors: ['host', 'secure'],
    },
    {
      kind: 'unseen',
      where: 'the option wp_mail_smtp in the table wp_options, unless wp-config.php has WPMS_ON',
      query: "wp option get wp_mail_smtp --format=json | jq 'del(.smtp.pass)' > wp-mail-smtp.json",
      signs: /(?:^|\/)wp-content\/plugins\/wp-mail-smtp(?:-pro)?\/wp_mail_smtp\.php$/,
    },
  ],
  judge,
  remedies: [
    { security: 'starttls', set: { secure: 'tls' }, ifSet: { autoTls: true } },
    { security: 'implicit', set: { secure: 'ssl' }, ifSet: { autoTls: true } },
  ],
  write: ({ host, port, security }) => ({
    file: 'wp-config.php',
    text: `<?php\n// Before the line that says to stop editing.\ndefine('WPMS_ON', true);\ndefine('WPMS_MAILER', 'smtp');\ndefine('WPMS_SMTP_HOST', '${host}');\ndefine('WPMS_SMTP_PORT', ${port});\ndefine('WPMS_SSL', '${security === 'implicit' ? 'ssl' : 'tls'}');\ndefine('WPMS_SMTP_AUTOTLS', true);\ndefine('WPMS_SMTP_AUTH', true);\ndefine('WPMS_SMTP_USER', 'YOUR-USER');\ndefine('WPMS_SMTP_PASS', 'YOUR-PASSWORD');\n`,
  }),
  notes: [
    '"None" in the form is not plaintext while auto TLS is on: mail is encrypted where the server offers it. With auto TLS off it is plaintext.',
    'Switching auto TLS off is what is mostly advised against certificate errors, and takes all encryption away.',
    'tls here is STARTTLS, whatever the comment in the sample of the constants says ("TLS is not STARTTLS").',
    'Constants of wp-config.php go before the stored option, each for itself, and only where WPMS_ON is true.',
    'The filter wp_mail_smtp_custom_options can switch certificate checks off (SMTPOptions); look for it in themes and plugins.',
    'A saved wp-mail-smtp.json is a copy: make its changes in the form, or with constants.',
  ],
  sources: ['awesomemotive/WP-Mail-SMTP src/Processor.php and src/Options.php, 4.x (April 2026)', 'PHPMailer/PHPMailer#1364'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'wp-mail-smtp.json',
      text: '{\n  "mail": { "mailer": "smtp" },\n  "smtp": {\n    "host": "smtp.example.com",\n    "port": 25,\n    "encryption": "none",\n    "autotls": true\n  }\n}\n',
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'wp-config.php',
      text: "<?php\ndefine( 'WPMS_ON', true );\ndefine( 'WPMS_SMTP_HOST', 'smtp.example.com' );\ndefine( 'WPMS_SMTP_PORT', 587 );\ndefine( 'WPMS_SSL', '' ); // Possible values '', 'ssl', 'tls'\ndefine( 'WPMS_SMTP_AUTOTLS', false );\n",
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
  ],
}
