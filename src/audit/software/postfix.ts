import { formats } from '../format/index.ts'
import type { Document, Edit } from '../format/index.ts'
import { type Settings, compareVersions } from '../settings.ts'
import type { FoundSetup, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

const clear = 'mail goes out readable, whatever the relay offers'

/** The level that counts: the new setting, or where it is empty the obsolete ones, or the default of the version. */
function levelOf(settings: Settings): readonly [level: string, key: string] {
  // A line of a policy table has attributes behind the level: `secure match=example.com`.
  const [level = ''] = (settings.text('level') ?? '').trim().toLowerCase().split(/[\s:]/)
  if (level !== '') return [level, 'level']
  if (settings.flag('enforce') === true) return [settings.flag('peername') === false ? 'encrypt' : 'verify', 'enforce']
  if (settings.flag('use') === true) return ['may', 'use']
  const compatibility = settings.text('compatibility') ?? '0'
  const modern = !settings.has('level') && settings.since('3.11') && compareVersions(compatibility, '3.11') >= 0
  return [modern ? 'may' : 'none', 'level']
}

function judge(settings: Settings): Verdict {
  const [level, key] = levelOf(settings)
  const implicit = settings.flag('wrapper') === true
  const mode = (verified: boolean) => `${implicit ? 'implicit' : 'required'}-${verified ? 'verified' : 'unverified'}` as const
  const how = implicit ? 'TLS from the first octet' : 'STARTTLS or no mail'
  switch (level) {
    case 'may':
      return verdict('opportunistic', [key, 'STARTTLS is used where the server offers it; who hides the offer reads along'])
    case 'dane':
      return verdict('opportunistic', [
        key,
        'the server is proven where its domain publishes TLSA records; for every other, TLS is used only if it is offered',
      ])
    case 'encrypt':
      return verdict(mode(false), [key, `${how}, but any certificate passes: anybody may answer in the relay's name`])
    case 'verify':
      return verdict(mode(true), [
        key,
        `${how}, with a valid certificate; which name it must show comes from DNS that is not signed`,
      ])
    case 'secure':
    case 'fingerprint':
    case 'dane-only':
      return verdict(mode(true), [key, `${how}, and the server must prove who it is`])
    default:
      return verdict('plaintext', [key, clear])
  }
}

const relayPort = (setup: FoundSetup): string | undefined => {
  const value = setup.entries['host']?.value
  return value?.kind === 'literal' && value.text !== '' ? (/:(\w+)$/.exec(value.text)?.[1] ?? '25') : undefined
}
const isImplicitPort = (port: string | undefined): boolean => port === '465' || port === 'smtps' || port === 'submissions'

/** Levels that verify defer all mail where no authority is trusted: Postfix trusts none by itself. */
function trustSystem(document: Document, setup: FoundSetup): Edit[] {
  const beside = Object.values(setup.entries).toSorted((a, b) => b.start - a.start)[0]
  if (setup.entries['caFile'] || setup.entries['caPath'] || !beside || document.format !== 'mainCf') return []
  const edit = formats.mainCf.insert(document, beside, 'smtp_tls_CApath', '/etc/ssl/certs')
  return edit ? [edit] : []
}

const isTable = (document: Document): boolean => document.format === 'accessMap'

export const postfix: Software = {
  id: 'postfix',
  name: 'Postfix (sending)',
  kind: 'mta',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)main\.cf$/,
      format: 'mainCf',
      keys: {
        host: 'relayhost',
        level: 'smtp_tls_security_level',
        wrapper: 'smtp_tls_wrappermode',
        use: 'smtp_use_tls',
        enforce: 'smtp_enforce_tls',
        peername: 'smtp_tls_enforce_peername',
        caFile: 'smtp_tls_CAfile',
        caPath: 'smtp_tls_CApath',
        policies: 'smtp_tls_policy_maps',
        dns: 'smtp_dns_support_level',
        compatibility: 'compatibility_level',
        name: 'myhostname',
      },
      anchors: ['host', 'level', 'use', 'enforce', 'compatibility', 'name'],
    },
    {
      kind: 'file',
      path: /(?:^|\/)master\.cf$/,
      format: 'masterCf',
      keys: { level: '*.smtp_tls_security_level', wrapper: '*.smtp_tls_wrappermode', host: '*.relayhost' },
      anchors: ['level'],
    },
    {
      kind: 'file',
      path: /(?:^|\/)postfix\/[\w-]*(?:tls|policy)[\w-]*$/,
      format: 'accessMap',
      keys: { level: '*', wrapper: [] },
      anchors: ['level'],
      isOurs: ({ entries }) =>
        entries.every(
          ({ value }) =>
            value.kind === 'literal' && /^(?:none|may|encrypt|dane|dane-only|fingerprint|verify|secure)\b/.test(value.text),
        ),
    },
    {
      kind: 'unseen',
      where: 'policy tables that are compiled, or in a database, and settings given on the command line',
      query: 'postconf -n; postconf -P; postmap -q example.com "$(postconf -h smtp_tls_policy_maps)"',
    },
  ],
  boundaries: ['3.11'],
  judge,
  remedies: [
    {
      security: 'starttls',
      set: { level: 'secure' },
      edit: (document, setup) => {
        if (isTable(document)) return setup.name.startsWith('[') ? [] : undefined
        const port = relayPort(setup)
        return port === undefined || isImplicitPort(port) ? undefined : trustSystem(document, setup)
      },
      also: 'Run `postmap` on a table that was changed, then `postfix reload`.',
    },
    {
      security: 'implicit',
      set: { wrapper: 'yes', level: 'secure' },
      edit: (document, setup) => (isImplicitPort(relayPort(setup)) ? trustSystem(document, setup) : undefined),
      also: 'Run `postfix reload`.',
    },
    {
      // Without a relay mail goes to every domain's own servers, and many of them can prove nothing: TLS where it is offered
      // is what can be asked (RFC 7435).
      security: 'starttls',
      set: { level: 'may' },
      edit: (document, setup) => (isTable(document) || relayPort(setup) !== undefined ? undefined : []),
      also: 'For servers that publish TLSA records, `dane` with `smtp_dns_support_level = dnssec` and a resolver that validates is better.',
    },
  ],
  write: ({ host, port, security }) => ({
    file: 'main.cf',
    text: `relayhost = [${host}]:${port}\nsmtp_tls_security_level = secure\n${security === 'implicit' ? 'smtp_tls_wrappermode = yes\n' : ''}smtp_tls_CApath = /etc/ssl/certs\nsmtp_sasl_auth_enable = yes\nsmtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd\nsmtp_sasl_security_options = noanonymous\n`,
  }),
  notes: [
    '`encrypt` is not verified: whoever sits on the line passes with any certificate.',
    'An entry of smtp_tls_policy_maps goes before smtp_tls_security_level for its destination.',
    '`verify` and `secure` trust no authority until smtp_tls_CAfile or smtp_tls_CApath names some; without, all mail waits.',
    '`dane` needs smtp_dns_support_level = dnssec and a resolver that validates.',
    'smtp_tls_wrappermode needs the level `encrypt` or higher.',
    'Since 3.11 the level is `may` where compatibility_level is 3.11 or higher, and `tls=` in the log says what a delivery used.',
    'A deployment role may leave the level out without a word: look at `postconf -n` on the machine.',
    'What the server side asks of those who send to it is another matter: smtpd_tls_security_level.',
  ],
  sources: [
    'Postfix src/smtp/smtp_tls_policy.c and smtp_session.c, 2.11 and 3.x',
    'Postfix HISTORY 20250623 (default of 3.11)',
    'Postfix postconf(5), 3.7 as Debian 12 ships it',
  ],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'etc/postfix/main.cf',
      text: 'compatibility_level = 3.6\nsmtp_tls_CApath=/etc/ssl/certs\nsmtp_tls_security_level=may\nmyhostname = mail.example.com\nrelayhost =\n',
      modes: ['opportunistic'],
    },
    {
      label: 'mistake',
      file: 'etc/postfix/main.cf',
      text: '# relay\nrelayhost = [smtp.example.com]:587\nsmtp_tls_security_level = encrypt\nsmtp_tls_CAfile = /etc/ssl/certs/ca-certificates.crt\n',
      modes: ['required-unverified'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'etc/postfix/main.cf',
      text: 'compatibility_level = 3.11\nrelayhost = [smtp.example.com]:587\n',
      modes: ['plaintext', 'opportunistic'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'etc/postfix/main.cf',
      text: 'relayhost = [smtp.example.com]:465\nsmtp_tls_security_level = may\n',
      modes: ['opportunistic'],
      fixed: ['implicit-verified'],
    },
    {
      label: 'mistake',
      file: 'etc/postfix/main.cf',
      text: 'myhostname = mail.example.com\nsmtp_use_tls = no\n',
      modes: ['plaintext'],
      fixed: ['opportunistic'],
    },
    {
      label: 'mistake',
      file: 'etc/postfix/tls_policy',
      text: '[smtp.example.com]:587 encrypt\n',
      modes: ['required-unverified'],
      fixed: ['required-verified'],
    },
  ],
}
