import type { Document, Entry } from '../format/index.ts'
import { modeOf } from '../mode.ts'
import type { Settings } from '../settings.ts'
import type { FoundSetup, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

function judge(settings: Settings): Verdict {
  if (settings.flag('tls') !== true) return verdict('plaintext', ['tls', 'TLS is off: mail and password go out readable'])
  const security = settings.flag('starttls') === false ? 'implicit' : 'starttls'
  const how = ['starttls', security === 'implicit' ? 'TLS from the first octet' : 'STARTTLS or no mail'] as const
  if (settings.flag('certcheck') === false)
    return verdict(
      modeOf(security, false),
      ['certcheck', "the certificate is not looked at: anybody may answer in the server's name"],
      how,
    )
  return verdict(modeOf(security, true), how)
}

const keys = {
  host: '*.host',
  port: '*.port',
  tls: '*.tls',
  starttls: '*.tls_starttls',
  certcheck: '*.tls_certcheck',
  trust: '*.tls_trust_file',
  fingerprint: '*.tls_fingerprint',
}
const keyOf = new Map(Object.entries(keys).map(([key, pattern]) => [pattern.slice(2), key]))

/** `defaults` count for the accounts that come behind them; `account a : b` begins with all that b has. */
function findAccounts(document: Document): readonly FoundSetup[] {
  const defaults = new Map<string, Entry>()
  const accounts = new Map<string, Map<string, Entry>>()
  for (const entry of document.entries) {
    const [section = '', name = ''] = entry.path
    const key = keyOf.get(name)
    if (key === undefined) continue
    if (section === 'defaults') {
      defaults.set(key, entry)
      continue
    }
    const [account = '', parents = ''] = section.split(/ ?: ?/)
    const own = accounts.get(account) ?? new Map([...defaults, ...inherit(parents)])
    accounts.set(account, own.set(key, entry))
  }
  return [...accounts].flatMap(([name, entries]) => (entries.has('host') ? [{ name, entries: Object.fromEntries(entries) }] : []))

  function inherit(parents: string): [string, Entry][] {
    return parents.split(/ ?, ?/).flatMap((parent) => [...(accounts.get(parent) ?? [])])
  }
}

export const msmtp: Software = {
  id: 'msmtp',
  name: 'msmtp',
  kind: 'client',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)(?:\.?msmtprc|msmtp\/config)$/,
      format: 'msmtprc',
      keys,
      anchors: ['host'],
      find: findAccounts,
    },
  ],
  judge,
  remedies: [
    { security: 'starttls', set: { tls: 'on' }, ifSet: { starttls: 'on', certcheck: 'on' } },
    { security: 'implicit', set: { tls: 'on', starttls: 'off' }, ifSet: { certcheck: 'on' } },
  ],
  write: ({ host, port, security }) => ({
    file: '.msmtprc',
    text: `defaults\ntls on\ntls_starttls ${security === 'implicit' ? 'off' : 'on'}\ntls_certcheck on\n\naccount default\nhost ${host}\nport ${port}\nauth on\nuser YOUR-USER\npasswordeval YOUR-COMMAND\n`,
  }),
  notes: [
    'Examples that are copied around carry `tls_certcheck off`, often with port 465.',
    '`defaults` count only for accounts further down.',
    "tls_trust_file is the system's list by default; tls_fingerprint accepts one certificate instead, and must be changed with it.",
    'Port 465 needs `tls_starttls off`.',
  ],
  sources: ['msmtp(1) and msmtprc-system.example, 1.8.23 as Debian 12 ships them', 'msmtp doc/msmtprc-user.example'],
  checkedOn: '2026-11-24',
  confidence: 'documentation',
  examples: [
    {
      label: 'default',
      file: '.msmtprc',
      text: 'account default\nhost smtp.example.com\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'etc/msmtprc',
      text: 'defaults\nauth on\ntls on\ntls_certcheck off # works now\n\naccount work\nhost smtp.example.com\nport 465\ntls_starttls off\n',
      modes: ['implicit-unverified'],
      fixed: ['implicit-verified'],
    },
  ],
}
