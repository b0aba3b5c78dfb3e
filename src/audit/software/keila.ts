import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'
import { columns, onlyCopy, ownKeys } from './elsewhere.ts'

/** Keila takes these spellings for yes, and no other. */
function isOn(text: string | undefined): boolean {
  return text !== undefined && ['1', 'true', 'TRUE'].includes(text)
}

function judge(settings: Settings): Verdict {
  if (settings.has('tlsMode') || settings.has('oldTls')) return judgeSender(settings)
  if (isOn(settings.text('ssl')))
    return verdict('implicit-verified', ['ssl', 'TLS from the first octet, for the mail that Keila itself sends'])
  if (isOn(settings.text('starttls')))
    return verdict('required-verified', ['starttls', 'STARTTLS or no mail, for the mail that Keila itself sends'])
  return verdict('opportunistic', [
    'starttls',
    'STARTTLS is used where it is offered, with any certificate; where somebody hides the offer, mail goes out readable',
  ])
}

/** A sender of campaigns. */
function judgeSender(settings: Settings): Verdict {
  const mode = settings.text('tlsMode') ?? ''
  if (mode === 'tls' || (mode === '' && settings.flag('oldTls') === true))
    return verdict('implicit-verified', [mode === '' ? 'oldTls' : 'tlsMode', 'TLS from the first octet'])
  if (mode === 'starttls') return verdict('required-verified', ['tlsMode', 'STARTTLS or no mail'])
  if (mode === 'none')
    return verdict('plaintext', ['tlsMode', 'since Keila 0.18 never encrypted; before, encrypted where that was offered'])
  return verdict('opportunistic', ['tlsMode', 'nothing is chosen: STARTTLS is used where it is offered, with any certificate'])
}

export const keila: Software = {
  id: 'keila',
  name: 'Keila',
  kind: 'marketing',
  places: [
    {
      kind: 'environment',
      path: /(?:^|\/)(?:keila[^/]*\/(?:[^/]+\/)*[\w.-]*\.env|keila[\w.-]*\.env|\.env\.keila)$/,
      images: ['pentacent/keila'],
      keys: {
        host: 'MAILER_SMTP_HOST',
        port: 'MAILER_SMTP_PORT',
        ssl: 'MAILER_ENABLE_SSL',
        starttls: 'MAILER_ENABLE_STARTTLS',
      },
      anchors: ['host'],
    },
    {
      kind: 'file',
      path: /(?:^|\/)keila[\w.-]*\.json$/,
      format: 'json',
      ...ownKeys(columns({ host: 'smtp_relay', port: 'smtp_port', tlsMode: 'smtp_tls_mode', oldTls: 'smtp_tls' }), [
        'tlsMode',
        'oldTls',
      ]),
    },
    {
      kind: 'unseen',
      where: 'the senders of campaigns, in the table mailings_senders in PostgreSQL',
      query:
        "psql keila -Atc \"SELECT json_agg(json_build_object('name', name, 'smtp_relay', config->>'smtp_relay', 'smtp_port', config->>'smtp_port', 'smtp_tls_mode', config->>'smtp_tls_mode')) FROM mailings_senders\" > keila.json",
      signs: /(?:^|\/)keila[^/]*\/(?:[^/]+\/)*[\w.-]*\.env$|(?:^|\/)keila\.service$/,
      images: ['pentacent/keila'],
    },
  ],
  judge,
  remedies: [
    { security: 'starttls', set: { starttls: 'TRUE' }, ifSet: { ssl: 'FALSE' } },
    { security: 'implicit', set: { ssl: 'TRUE' }, ifSet: { starttls: 'FALSE' } },
    { security: 'starttls', set: {}, rewrite: { tlsMode: () => 'starttls' }, also: onlyCopy },
    { security: 'implicit', set: {}, rewrite: { tlsMode: () => 'tls' }, also: onlyCopy },
  ],
  write: ({ host, port, security }) => ({
    file: 'keila.env',
    text: `MAILER_SMTP_HOST=${host}\nMAILER_SMTP_PORT=${port}\n${security === 'implicit' ? 'MAILER_ENABLE_SSL' : 'MAILER_ENABLE_STARTTLS'}=TRUE\nMAILER_SMTP_FROM_EMAIL=YOUR-ADDRESS\nMAILER_SMTP_USER=YOUR-USER\nMAILER_SMTP_PASSWORD=YOUR-PASSWORD\n`,
  }),
  notes: [
    'Mail of the system (password resets) and senders of campaigns are set up in two places (pentacent/keila#246): these variables say nothing of campaigns.',
    'MAILER_ENABLE_SSL needs Keila 0.12.7, MAILER_ENABLE_STARTTLS 0.12.8; only 1, true and TRUE are yes.',
    'Where neither is on, the upgrade that still happens looks at no certificate (pentacent/keila#536).',
    'The choice None of a sender used STARTTLS all the same before 0.18 (pentacent/keila#462); since then it is plaintext.',
    'STARTTLS is held to TLS 1.2 (pentacent/keila#283).',
  ],
  sources: [
    'pentacent/keila config/runtime.exs, lib/keila/mailings/sender_adapters/smtp.ex and CHANGELOG.md, June 2026',
    'pentacent/keila#246, #283, #462, #536; gen_smtp README',
  ],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'keila.env',
      text: 'MAILER_SMTP_HOST=smtp.example.com\nMAILER_SMTP_USER=news\n',
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'keila.env',
      text: 'MAILER_SMTP_HOST=smtp.example.com\nMAILER_SMTP_PORT=465\nMAILER_ENABLE_SSL=yes\n',
      modes: ['opportunistic'],
      fixed: ['implicit-verified'],
    },
    {
      label: 'mistake',
      file: 'keila.json',
      text: '[{"name": "News", "smtp_relay": "smtp.example.com", "smtp_port": "587", "smtp_tls_mode": "none"}]\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
  ],
}
