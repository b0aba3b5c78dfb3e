import { modeOf } from '../mode.ts'
import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'
import { elsewhere, ownKeys } from './elsewhere.ts'

function judge(settings: Settings): Verdict {
  if (settings.flag('enabled') === false) throw elsewhere('enabled', 'this server is switched off: it carries no mail')
  const verified = settings.flag('skipVerify') !== true
  const unverified = [
    'skipVerify',
    "tls_skip_verify is on: anybody may answer in the server's name with a certificate of their own",
  ] as const
  const type = settings.text('tlsType') ?? readOld(settings)
  if (type === 'STARTTLS' || type === 'TLS') {
    const key = settings.has('tlsType') ? 'tlsType' : 'tlsEnabled'
    const how = [key, type === 'TLS' ? 'TLS from the first octet' : 'STARTTLS or no mail'] as const
    const security = type === 'TLS' ? 'implicit' : 'starttls'
    return verified ? verdict(modeOf(security, true), how) : verdict(modeOf(security, false), unverified, how)
  }
  if (!settings.has('tlsType')) return verdict('plaintext', ['tlsEnabled', 'tls_enabled is not on: STARTTLS is not asked for'])
  return verdict('plaintext', [
    'tlsType',
    type === 'none'
      ? 'STARTTLS is left alone even where it is offered'
      : 'neither STARTTLS nor TLS, in these letters: taken for none, without a word',
  ])
}

/** Up to 1.x the file had it, and `tls_enabled` meant STARTTLS. */
function readOld(settings: Settings): string | undefined {
  if (settings.version !== undefined && settings.since('2.0'))
    throw elsewhere('host', 'since listmonk 2 not read from config.toml: the database has it')
  return settings.flag('tlsEnabled') === true ? 'STARTTLS' : undefined
}

const also = 'The file is a copy: make the same change under Settings, SMTP, or send it back with PUT /api/settings.'

export const listmonk: Software = {
  id: 'listmonk',
  name: 'listmonk',
  kind: 'marketing',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)(?:listmonk[\w.-]*|settings|smtp)\.json$/,
      format: 'json',
      ...ownKeys(
        {
          host: ['data.smtp.*.host', 'smtp.*.host', '*.host'],
          port: ['data.smtp.*.port', 'smtp.*.port', '*.port'],
          enabled: ['data.smtp.*.enabled', 'smtp.*.enabled', '*.enabled'],
          tlsType: ['data.smtp.*.tls_type', 'smtp.*.tls_type', '*.tls_type'],
          skipVerify: ['data.smtp.*.tls_skip_verify', 'smtp.*.tls_skip_verify', '*.tls_skip_verify'],
        },
        ['tlsType'],
      ),
    },
    {
      // 0.x and 1.x.
      kind: 'file',
      path: /(?:^|\/)config\.toml$/,
      format: 'toml',
      ...ownKeys(
        {
          host: 'smtp.*.host',
          port: 'smtp.*.port',
          enabled: 'smtp.*.enabled',
          tlsEnabled: 'smtp.*.tls_enabled',
          skipVerify: 'smtp.*.tls_skip_verify',
        },
        ['host'],
      ),
      isOurs: ({ entries }) => {
        const has = (name: string): boolean => entries.some(({ path }) => path.join('.') === name)
        return has('app.address') && (has('db.host') || has('db.database'))
      },
    },
    {
      kind: 'unseen',
      where: 'the table settings in PostgreSQL, key smtp',
      query:
        "psql listmonk -Atc \"SELECT json_agg(server::jsonb - 'password') FROM settings, jsonb_array_elements(value) AS server WHERE key = 'smtp'\" > listmonk.json (or GET /api/settings)",
      signs: /(?:^|\/)listmonk[^/]*\/config\.toml$|(?:^|\/)listmonk(?:@|\.service|$)/,
      images: ['listmonk/listmonk'],
    },
  ],
  judge,
  remedies: [
    { security: 'starttls', set: { tlsType: 'STARTTLS' }, ifSet: { skipVerify: false }, also },
    { security: 'implicit', set: { tlsType: 'TLS' }, ifSet: { skipVerify: false }, also },
    { security: 'starttls', set: { tlsEnabled: true }, ifSet: { skipVerify: false } },
  ],
  write: ({ host, port, security }) => ({
    file: 'listmonk-smtp.json',
    text: `${JSON.stringify(
      [
        {
          enabled: true,
          host,
          port,
          auth_protocol: 'login',
          username: 'YOUR-USER',
          password: 'YOUR-PASSWORD',
          tls_type: security === 'implicit' ? 'TLS' : 'STARTTLS',
          tls_skip_verify: false,
          max_conns: 10,
          max_msg_retries: 2,
          idle_timeout: '15s',
          wait_timeout: '5s',
        },
      ],
      null,
      2,
    )}\n`,
  }),
  notes: [
    'STARTTLS here is required: where it is not offered, sending fails with "SMTP STARTTLS extension not found".',
    'Up to 1.x the key was tls_enabled in config.toml, and meant STARTTLS. Today that file, the variables LISTMONK_smtp__… and the invented start_tls are not read (knadh/listmonk#2559).',
    'A tls_type that is not exactly none, STARTTLS or TLS is taken for none.',
    'The first of the two servers that a new installation has is on port 25 with STARTTLS.',
    'The bounce mailboxes (bounce.mailboxes) have tls_enabled and tls_skip_verify of their own, for POP3.',
  ],
  sources: [
    'knadh/listmonk internal/messenger/email/email.go and schema.sql, 3 and 4',
    'knadh/smtppool pool.go, 2',
    'knadh/listmonk#2559',
  ],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'listmonk.json',
      text: '[{"enabled": true, "host": "smtp.example.com", "port": 25, "tls_type": "STARTTLS", "tls_skip_verify": false}]\n',
      modes: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'settings.json',
      text: '{\n  "data": {\n    "smtp": [\n      {\n        "name": "email-a",\n        "enabled": true,\n        "host": "smtp.example.com",\n        "port": 465,\n        "tls_type": "none",\n        "tls_skip_verify": true\n      }\n    ]\n  }\n}\n',
      modes: ['plaintext'],
      fixed: ['implicit-verified'],
    },
    {
      label: 'mistake',
      file: 'listmonk/config.toml',
      text: '[app]\naddress = "0.0.0.0:9000"\n\n[db]\nhost = "db"\n\n[smtp.my0]\nenabled = true\nhost = "smtp.example.com"\nport = 25\n# for now\ntls_skip_verify = true\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
  ],
}
