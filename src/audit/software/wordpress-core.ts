import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'
import { findUnverified, judgeSmtpSecure, streamOptions, verifiedOptions } from './smtpsecure.ts'

function judge(settings: Settings): Verdict {
  const unverified = findUnverified(settings)
  if (!settings.has('host') && !settings.has('secure') && !settings.has('autoTls')) {
    // A hook that loosens what a plugin has set up.
    if (unverified !== undefined)
      return verdict('required-unverified', [
        unverified,
        "whatever encryption is chosen elsewhere, the certificate is not looked at: anybody may answer in the server's name",
      ])
  }
  return judgeSmtpSecure({
    secure: readConstant(settings.text('secure')),
    autoTls: settings.flag('autoTls') !== false,
    host: settings.peek('host'),
    unverified,
  })
}

/** PHPMailer's own names for the two words. */
function readConstant(name: string | undefined): string | undefined {
  if (name?.endsWith('::ENCRYPTION_STARTTLS') === true) return 'tls'
  return name?.endsWith('::ENCRYPTION_SMTPS') === true ? 'ssl' : name
}

export const wordpressCore: Software = {
  id: 'wordpress-core',
  name: 'WordPress core (wp_mail)',
  kind: 'cms',
  places: [
    {
      kind: 'file',
      path: /\.php$/,
      format: 'php',
      keys: {
        host: '**.Host',
        port: '**.Port',
        secure: '**.SMTPSecure',
        autoTls: '**.SMTPAutoTLS',
        ...streamOptions('**.SMTPOptions'),
      },
      anchors: ['host', 'secure', 'autoTls', 'verifyPeer', 'verifyName', 'selfSigned'],
      marks: ['phpmailer_init', 'wp_mail_smtp_custom_options'],
      isOurs: ({ text }) => /["'](?:phpmailer_init|wp_mail_smtp_custom_options)["']/.test(text),
    },
    {
      kind: 'unseen',
      where: 'PHP mail(), where no plugin and no phpmailer_init hook sets a server: the mail server of this machine',
      query:
        'wp plugin list --status=active --fields=name && grep -rl phpmailer_init wp-content && php -r \'echo ini_get("sendmail_path");\'',
      signs: /(?:^|\/)wp-includes\/pluggable\.php$/,
    },
  ],
  judge,
  remedies: [
    { security: 'starttls', set: { secure: 'tls' }, ifSet: { autoTls: true, ...verifiedOptions } },
    { security: 'implicit', set: { secure: 'ssl' }, ifSet: { autoTls: true, ...verifiedOptions } },
  ],
  write: ({ host, port, security }) => ({
    file: 'wp-content/mu-plugins/smtp.php',
    text: `<?php\nadd_action('phpmailer_init', function ($mailer) {\n\t$mailer->isSMTP();\n\t$mailer->Host = '${host}';\n\t$mailer->Port = ${port};\n\t$mailer->SMTPSecure = '${security === 'implicit' ? 'ssl' : 'tls'}';\n\t$mailer->SMTPAuth = true;\n\t$mailer->Username = getenv('SMTP_USER');\n\t$mailer->Password = getenv('SMTP_PASSWORD');\n});\n`,
  }),
  notes: [
    'Without a plugin or a hook WordPress uses PHP mail(): what the mail server of the machine does is what counts.',
    'Several plugins may hook in; the last one wins.',
  ],
  sources: ['PHPMailer/PHPMailer src/PHPMailer.php, 6 and 7', 'WordPress developer reference, phpmailer_init'],
  checkedOn: '2026-11-24',
  confidence: 'documentation',
  examples: [
    {
      label: 'default',
      file: 'wp-content/mu-plugins/smtp.php',
      text: "<?php\nadd_action('phpmailer_init', function ($m) {\n  $m->isSMTP();\n  $m->Host = 'smtp.example.com';\n  $m->Port = 587;\n});\n",
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'wp-content/themes/shop/functions.php',
      text: "<?php\nadd_action( 'phpmailer_init', 'shop_smtp' );\nfunction shop_smtp( $phpmailer ) {\n\t$phpmailer->isSMTP();\n\t$phpmailer->Host        = 'smtp.example.com';\n\t$phpmailer->Port        = 465;\n\t$phpmailer->SMTPSecure  = PHPMailer::ENCRYPTION_SMTPS;\n\t$phpmailer->SMTPOptions = array( 'ssl' => array( 'verify_peer' => false, 'verify_peer_name' => false, 'allow_self_signed' => true ) );\n}\n",
      modes: ['implicit-unverified'],
      fixed: ['implicit-verified'],
    },
  ],
}
