/** Libraries in PHP, as Debian 12 has them with its PHP 8.2. */
import { serverName } from '../server.ts'
import type { Program } from './program.ts'

const extensions = ['ctype', 'iconv', 'mbstring'].flatMap((name) => ['-d', `extension=${name}`])
const php = ['/usr/bin/php8.2', ...extensions]

function phpmailerFile(...lines: readonly string[]): string {
  return [
    '<?php',
    "require '/usr/share/php/libphp-phpmailer/autoload.php';",
    '',
    'use PHPMailer\\PHPMailer\\PHPMailer;',
    '',
    '$mail = new PHPMailer(true);',
    '$mail->isSMTP();',
    `$mail->Host = '${serverName}';`,
    ...lines,
    "$mail->setFrom('news@sender.test');",
    "$mail->addAddress('ann@recipient.test');",
    "$mail->Body = 'Hello.';",
    '$mail->send();',
    '',
  ].join('\n')
}

const unchecked =
  "$mail->SMTPOptions = ['ssl' => ['verify_peer' => false, 'verify_peer_name' => false, 'allow_self_signed' => true]];"

export const phpmailer: Program = {
  id: 'phpmailer',
  root: 'mailers',
  file: '/var/app/mail.php',
  command: [...php, '/var/app/mail.php'],
  variants: {
    'host alone': { mode: 'opportunistic', text: phpmailerFile() },
    'SMTPAutoTLS off': { mode: 'plaintext', text: phpmailerFile('$mail->SMTPAutoTLS = false;', "$mail->SMTPSecure = '';") },
    ENCRYPTION_STARTTLS: {
      mode: 'required-verified',
      text: phpmailerFile('$mail->Port = 587;', '$mail->SMTPSecure = PHPMailer::ENCRYPTION_STARTTLS;'),
    },
    "'tls', verify_peer off": {
      mode: 'required-unverified',
      text: phpmailerFile('$mail->Port = 587;', "$mail->SMTPSecure = 'tls';", unchecked),
    },
    ENCRYPTION_SMTPS: {
      mode: 'implicit-verified',
      text: phpmailerFile('$mail->Port = 465;', '$mail->SMTPSecure = PHPMailer::ENCRYPTION_SMTPS;'),
    },
    "'ssl', verify_peer off": {
      mode: 'implicit-unverified',
      text: phpmailerFile('$mail->Port = 465;', "$mail->SMTPSecure = 'ssl';", unchecked),
    },
  },
}

const dsn = (text: string): string => `APP_ENV=prod\nMAILER_DSN="${text}"\n`

export const symfonyMailer: Program = {
  id: 'symfony-mailer',
  version: '5.4.53',
  root: 'mailers',
  file: '/var/app/.env',
  others: {
    '/var/app/composer.json': '{ "require": { "symfony/mailer": "5.4.*" } }\n',
    '/var/app/send.php': [
      '<?php',
      "require 'Symfony/Component/Dotenv/autoload.php';",
      "require 'Symfony/Component/Mailer/autoload.php';",
      "(new Symfony\\Component\\Dotenv\\Dotenv())->load('/var/app/.env');",
      "$mailer = new Symfony\\Component\\Mailer\\Mailer(Symfony\\Component\\Mailer\\Transport::fromDsn($_ENV['MAILER_DSN']));",
      "$mailer->send((new Symfony\\Component\\Mime\\Email())->from('news@sender.test')->to('ann@recipient.test')->text('Hello.'));",
      '',
    ].join('\n'),
  },
  command: [...php, '/var/app/send.php'],
  variants: {
    'smtp on 587': { mode: 'opportunistic', text: dsn(`smtp://${serverName}:587`) },
    'smtp on 587, verify_peer off': { mode: 'opportunistic', text: dsn(`smtp://${serverName}:587?verify_peer=0`) },
    'smtp on 465': { mode: 'implicit-verified', text: dsn(`smtp://${serverName}:465`) },
    'smtp without a port': { mode: 'implicit-verified', text: dsn(`smtp://${serverName}`) },
    smtps: { mode: 'implicit-verified', text: dsn(`smtps://${serverName}`) },
    'smtps, verify_peer off': { mode: 'implicit-unverified', text: dsn(`smtps://${serverName}:465?verify_peer=0`) },
  },
}
