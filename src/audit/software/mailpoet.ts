import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { elsewhere, onlyCopy } from './elsewhere.ts'
import { judgeSmtpSecure } from './smtpsecure.ts'

function judge(settings: Settings): Verdict {
  const method = settings.text('method') ?? 'SMTP'
  if (method !== 'SMTP') throw elsewhere('method', `${method}: not sent to a server of your own`)
  return judgeSmtpSecure({ secure: settings.text('secure'), host: settings.peek('host') })
}

export const mailpoet: Software = {
  id: 'mailpoet',
  name: 'MailPoet (WordPress)',
  kind: 'marketing',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)mailpoet[\w.-]*\.json$/,
      format: 'json',
      keys: {
        method: ['method', 'mta.method'],
        host: ['host', 'mta.host'],
        port: ['port', 'mta.port'],
        secure: ['encryption', 'mta.encryption'],
      },
      anchors: ['host', 'secure'],
    },
    {
      kind: 'unseen',
      where: 'the entry mta of the table wp_mailpoet_settings',
      query:
        'wp eval \'$m = MailPoet\\Settings\\SettingsController::getInstance()->get("mta"); unset($m["password"], $m["mailpoet_api_key"], $m["api_key"], $m["secret_key"]); echo json_encode($m);\' > mailpoet.json',
      signs: /(?:^|\/)wp-content\/plugins\/mailpoet\/mailpoet\.php$/,
    },
  ],
  judge,
  remedies: [
    { security: 'starttls', set: { secure: 'tls' }, also: onlyCopy },
    { security: 'implicit', set: { secure: 'ssl' }, also: onlyCopy },
  ],
  notes: [
    "MailPoet's own sending service, or a plugin such as WP Mail SMTP, may carry the mail instead: find out first who owns wp_mail.",
    'Change it under MailPoet, Settings, Send With, Other.',
    'The filters mailpoet_mailer_smtp_options and mailpoet_mailer_smtp_encryption go before what is stored.',
  ],
  sources: ['mailpoet/mailpoet lib/Mailer/Methods/SMTP.php, 4 and 5', 'PHPMailer/PHPMailer src/PHPMailer.php 6'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'mailpoet.json',
      text: '{"method": "SMTP", "host": "smtp.example.com", "port": "25", "encryption": "", "authentication": "1"}\n',
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'mailpoet.json',
      text: '{"method": "SMTP", "host": "smtp.example.com", "port": "465", "encryption": ""}\n',
      modes: ['opportunistic'],
      fixed: ['implicit-verified'],
    },
  ],
}
