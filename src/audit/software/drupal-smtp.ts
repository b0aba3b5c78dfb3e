import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { elsewhere } from './elsewhere.ts'
import { judgeSmtpSecure } from './smtpsecure.ts'

function judge(settings: Settings): Verdict {
  if (settings.flag('on') === false) throw elsewhere('on', 'smtp_on is off: the mail server of this machine')
  // settings.php may override one value of many.
  if (!settings.has('secure')) throw elsewhere('secure', "not set here: Drupal's stored configuration has it")
  return judgeSmtpSecure({
    secure: settings.text('secure'),
    autoTls: settings.flag('autoTls') !== false,
    host: settings.peek('host'),
  })
}

export const drupalSmtp: Software = {
  id: 'drupal-smtp',
  name: 'Drupal SMTP module',
  kind: 'cms',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)smtp\.settings\.yml$/,
      format: 'yaml',
      keys: { on: 'smtp_on', host: 'smtp_host', port: 'smtp_port', secure: 'smtp_protocol', autoTls: 'smtp_autotls' },
      anchors: ['host', 'secure'],
    },
    {
      kind: 'file',
      path: /(?:^|\/)settings(?:\.[\w-]+)*\.php$/,
      format: 'php',
      keys: {
        on: ['$config.smtp\\.settings.smtp_on', '$conf.smtp_on'],
        host: ['$config.smtp\\.settings.smtp_host', '$conf.smtp_host'],
        port: ['$config.smtp\\.settings.smtp_port', '$conf.smtp_port'],
        secure: ['$config.smtp\\.settings.smtp_protocol', '$conf.smtp_protocol'],
        autoTls: ['$config.smtp\\.settings.smtp_autotls'],
      },
      anchors: ['host', 'secure', 'autoTls'],
      marks: ['smtp_host', 'smtp_protocol', 'smtp_autotls'],
    },
    {
      kind: 'unseen',
      where: "Drupal's active configuration smtp.settings in the database",
      query: 'drush config:get smtp.settings --format=yaml | grep -v smtp_password > smtp.settings.yml',
      signs: /(?:^|\/)modules\/(?:contrib\/)?smtp\/smtp\.info(?:\.yml)?$/,
    },
  ],
  packages: ['composer:drupal/smtp'],
  judge,
  remedies: [
    {
      security: 'starttls',
      set: { secure: 'tls' },
      ifSet: { autoTls: true },
      also: 'An exported .yml does something once it is imported: drush config:import.',
    },
    {
      security: 'implicit',
      set: { secure: 'ssl' },
      ifSet: { autoTls: true },
      also: 'An exported .yml does something once it is imported: drush config:import.',
    },
  ],
  write: ({ host, port, security }) => ({
    file: 'smtp.settings.yml',
    text: `smtp_on: true\nsmtp_host: ${host}\nsmtp_port: '${port}'\nsmtp_protocol: ${security === 'implicit' ? 'ssl' : 'tls'}\nsmtp_autotls: true\nsmtp_username: YOUR-USER\nsmtp_password: YOUR-PASSWORD\n`,
  }),
  notes: [
    'standard is not plaintext while smtp_autotls is on: mail is encrypted where the server offers it. With smtp_autotls off it is plaintext.',
    'What settings.php sets goes before the stored configuration.',
  ],
  sources: ['drupal/smtp src/Plugin/Mail/SMTPMailSystem.php, 8.x-1.0 and later', 'PHPMailer/PHPMailer src/PHPMailer.php 6'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'config/sync/smtp.settings.yml',
      text: "smtp_on: true\nsmtp_host: smtp.example.com\nsmtp_hostbackup: ''\nsmtp_port: '25'\nsmtp_protocol: standard\nsmtp_autotls: true\n",
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'sites/default/settings.php',
      text: "<?php\n$config['smtp.settings']['smtp_host'] = 'smtp.example.com';\n$config['smtp.settings']['smtp_protocol'] = 'standard'; // 587 encrypts\n$config['smtp.settings']['smtp_port'] = '587';\n$config['smtp.settings']['smtp_autotls'] = FALSE;\n",
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
  ],
}
