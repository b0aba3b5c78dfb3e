import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'
import { columns, onlyCopy } from './elsewhere.ts'

/** The adapter hands Symfony the scheme smtps for tls on port 465 alone, and otherwise none, where the port decides. */
function judge(settings: Settings): Verdict {
  if (settings.number('port') === 465) return verdict('implicit-verified', ['port', 'port 465: TLS from the first octet'])
  const encryption = settings.text('encryption') ?? ''
  return verdict('opportunistic', [
    encryption === '' ? 'port' : 'encryption',
    encryption === ''
      ? 'STARTTLS is used where it is offered; where somebody hides the offer, mail goes out readable'
      : 'has no effect on this port: STARTTLS is used where it is offered, and only there',
  ])
}

export const sendportal: Software = {
  id: 'sendportal',
  name: 'SendPortal (Laravel)',
  kind: 'marketing',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)sendportal[\w.-]*\.json$/,
      format: 'json',
      keys: columns({ host: 'host', port: 'port', encryption: 'encryption' }),
      anchors: ['host', 'port'],
    },
    {
      kind: 'unseen',
      where: 'the column settings of the table sendportal_email_services, encrypted with APP_KEY',
      query:
        'php artisan tinker --execute=\'echo Sendportal\\Base\\Models\\EmailService::all()->map(fn ($s) => Arr::only($s->settings, ["host", "port", "encryption"]))->toJson();\' > sendportal.json',
      signs: /(?:^|\/)(?:config\/sendportal\.php|vendor\/mettle\/sendportal-core\/composer\.json)$/,
    },
  ],
  packages: ['composer:mettle/sendportal-core'],
  judge,
  remedies: [{ security: 'implicit', set: { port: 465, encryption: 'tls' }, also: onlyCopy }],
  notes: [
    'Only port 465 is safe: encryption, whether tls or ssl, changes nothing on another port.',
    'The settings are encrypted with APP_KEY: only the program itself can show them.',
    'Versions on SwiftMailer (Laravel 8 and before) handed the choice on, and were not read: there, empty may mean never.',
    'Change it under Email Services.',
  ],
  sources: [
    'mettle/sendportal-core src/Adapters/SmtpAdapter.php, 3 (on Symfony Mailer)',
    'symfony/mailer Transport/Smtp/EsmtpTransport.php 7.0; laravel/framework#53863',
  ],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'sendportal.json',
      text: '[{"host": "smtp.example.com", "port": "25", "encryption": null}]\n',
      modes: ['opportunistic'],
      fixed: ['implicit-verified'],
    },
    {
      label: 'mistake',
      file: 'sendportal.json',
      text: '[{"host": "smtp.example.com", "port": "587", "encryption": "tls"}]\n',
      modes: ['opportunistic'],
      fixed: ['implicit-verified'],
    },
  ],
}
