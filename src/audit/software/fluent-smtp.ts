import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { elsewhere, onlyCopy } from './elsewhere.ts'
import { judgeSmtpSecure } from './smtpsecure.ts'

function judge(settings: Settings): Verdict {
  const provider = settings.text('provider') ?? 'smtp'
  if (provider !== 'smtp') throw elsewhere('provider', `${provider}: not sent by SMTP`)
  return judgeSmtpSecure({
    secure: settings.text('secure'),
    autoTls: settings.flag('autoTls') !== false,
    host: settings.peek('host'),
  })
}

const also = onlyCopy

export const fluentSmtp: Software = {
  id: 'fluent-smtp',
  name: 'FluentSMTP, Post SMTP, Easy WP SMTP (WordPress)',
  kind: 'cms',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)(?:fluentmail|fluent-smtp|postman|post-smtp|swpsmtp|easy[-_]wp[-_]smtp)[\w.-]*\.json$/,
      format: 'json',
      keys: {
        provider: ['connections.*.provider_settings.provider', 'transport_type', 'mail.mailer'],
        host: ['connections.*.provider_settings.host', 'hostname', 'smtp_settings.host', 'smtp.host'],
        port: ['connections.*.provider_settings.port', 'port', 'smtp_settings.port', 'smtp.port'],
        secure: ['connections.*.provider_settings.encryption', 'enc_type', 'smtp_settings.type_encryption', 'smtp.encryption'],
        autoTls: ['connections.*.provider_settings.auto_tls', 'smtp.autotls'],
      },
      anchors: ['secure'],
    },
    {
      kind: 'unseen',
      where: 'the table wp_options: fluentmail-settings, postman_options, or swpsmtp_options',
      query:
        "wp option get fluentmail-settings --format=json | jq 'del(.. | .password?)' > fluentmail-settings.json (Post SMTP: postman_options without basic_auth_password; Easy WP SMTP: swpsmtp_options)",
      signs: /(?:^|\/)wp-content\/plugins\/(?:fluent-smtp\/fluent-smtp|post-smtp\/postman-smtp|easy-wp-smtp\/easy-wp-smtp)\.php$/,
    },
  ],
  judge,
  remedies: [
    { security: 'starttls', set: { secure: 'tls' }, ifSet: { autoTls: 'yes' }, also },
    { security: 'implicit', set: { secure: 'ssl' }, ifSet: { autoTls: 'yes' }, also },
  ],
  notes: [
    '"None" in the form is not plaintext while auto TLS is on: mail is encrypted where the server offers it. With auto TLS off it is plaintext.',
    'Switching auto TLS off is what is mostly advised against certificate errors, and takes all encryption away.',
    'FluentSMTP was read; that Post SMTP and Easy WP SMTP mean the same by the same words was not checked in their source.',
    'Change it under Settings: FluentSMTP, Post SMTP or Easy WP SMTP in WordPress.',
  ],
  sources: [
    'WPManageNinja/fluent-smtp app/Services/Mailer/Providers/Smtp/Handler.php and config.php, August 2026',
    'awesomemotive/WP-Mail-SMTP src/Helpers/PluginImportDataRetriever.php (names of the stored options of the other two)',
  ],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'fluentmail-settings.json',
      text: '{\n  "connections": {\n    "0a1b": {\n      "provider_settings": {\n        "provider": "smtp",\n        "host": "smtp.example.com",\n        "port": "587",\n        "auto_tls": "yes",\n        "encryption": "none"\n      }\n    }\n  }\n}\n',
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'fluentmail-settings.json',
      text: '{"connections": {"0a1b": {"provider_settings": {"provider": "smtp", "host": "smtp.example.com", "port": "465", "auto_tls": "no", "encryption": "none"}}}}\n',
      modes: ['plaintext'],
      fixed: ['implicit-verified'],
    },
  ],
}
