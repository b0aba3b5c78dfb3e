import { formats } from '../format/index.ts'
import type { Document, Edit, Entry } from '../format/index.ts'
import type { Settings } from '../settings.ts'
import { findSetups } from '../setup.ts'
import type { FoundSetup, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

function judge(settings: Settings): Verdict {
  const demand = settings.text('server')?.toUpperCase()
  if (settings.text('try')?.toUpperCase() === 'NO')
    return verdict('plaintext', ['try', 'STARTTLS is left alone even where it is offered'])
  if (demand === undefined)
    return verdict('opportunistic', [
      ['smartHost', 'mailer'].find((key) => settings.has(key)) ?? 'server',
      'STARTTLS is used where it is offered; only TLS_Srv: in the access map can ask for it',
    ])
  if (/(?:^|\+)VERIFY\b/.test(demand))
    return /\+CN\b/.test(demand)
      ? verdict('required-verified', ['server', "a valid certificate in the server's name, or no mail"])
      : verdict('required-unverified', ['server', 'the certificate must be valid, but in whose name it is, nobody compares'])
  if (/(?:^|\+)ENCR\b/.test(demand))
    return verdict('required-unverified', ['server', 'TLS or no mail, but any certificate passes'])
  return verdict('opportunistic', ['server', 'asks for nothing that sendmail knows'])
}

const tags = new Map([
  ['TLS_Srv', 'server'],
  ['Try_TLS', 'try'],
])

/** Lines of the access map that are about servers mail is sent to, a setup a server. */
function findServers({ entries }: Document): readonly FoundSetup[] {
  const servers = new Map<string, Record<string, Entry>>()
  for (const entry of entries) {
    const [, tag = '', host = ''] = /^(\w+):(.*)$/.exec(entry.path[0] ?? '') ?? []
    const key = tags.get(tag)
    if (key !== undefined) servers.set(host, { ...servers.get(host), [key]: entry })
  }
  return [...servers].map(([name, own]) => ({ name, entries: own }))
}

const wanted = 'VERIFY:112+CN'

function mendMap(document: Document, { name, entries }: FoundSetup): readonly Edit[] | undefined {
  if (document.format !== 'accessMap') return undefined
  const { server, try: attempt } = entries
  const put = (entry: Entry, text: string): Edit => ({ start: entry.start, end: entry.end, text })
  const allowed = attempt ? [put(attempt, 'YES')] : []
  if (server) return [...allowed, put(server, wanted)]
  const line = attempt && formats.accessMap.insert(document, attempt, `TLS_Srv:${name}`, wanted)
  return line ? [...allowed, line] : undefined
}

/** With a relay or without, it is a configuration that sends where MAILER(`smtp') is. */
function findConfigurations(document: Document): readonly FoundSetup[] {
  const relayed = findSetups(document, { keys: mcKeys, anchors: ['smartHost'] })
  const mailer = document.entries.find(
    ({ path: [macro], value }) => macro === 'MAILER' && value.kind === 'literal' && value.text === 'smtp',
  )
  return relayed.length > 0 || !mailer ? relayed : [{ name: '', entries: { mailer } }]
}

const mcKeys = {
  smartHost: 'define.SMART_HOST',
  caPath: 'define.confCACERT_PATH',
  ca: 'define.confCACERT',
  arguments: 'define.RELAY_MAILER_ARGS',
}

export const sendmail: Software = {
  id: 'sendmail',
  name: 'Sendmail',
  kind: 'mta',
  places: [
    { kind: 'file', path: /(?:^|\/)mail\/access$/, format: 'accessMap', keys: {}, anchors: [], find: findServers },
    {
      kind: 'file',
      path: /\.mc$/,
      format: 'm4',
      keys: mcKeys,
      anchors: ['smartHost'],
      find: findConfigurations,
    },
    {
      kind: 'unseen',
      where: 'the compiled access map, which is what sendmail reads',
      query: 'makemap -u hash /etc/mail/access.db | grep -E "^(tls_srv|try_tls):"',
    },
  ],
  judge,
  remedies: [
    {
      security: 'starttls',
      set: {},
      edit: mendMap,
      also: "Run `makemap hash /etc/mail/access < /etc/mail/access`; sendmail.mc needs FEATURE(`access_db') and confCACERT or confCACERT_PATH.",
    },
  ],
  instead:
    "Nothing in sendmail.mc can ask for TLS: write a line `TLS_Srv:` with the server's name in /etc/mail/access. TLS from the first octet needs a tunnel such as stunnel.",
  write: ({ host }) => ({
    file: 'mail/access',
    text: `# Run: makemap hash /etc/mail/access < /etc/mail/access\nTLS_Srv:${host}\t${wanted}\n`,
  }),
  notes: [
    'VERIFY alone looks at who signed the certificate; `+CN` compares the name too, with the subject and not with the alternative names.',
    'Nothing is verified until confCACERT or confCACERT_PATH names authorities.',
    'TLS from the first octet is not spoken to others.',
  ],
  sources: ['sendmail cf/README 8.17.1, STARTTLS, as Debian 12 ships it'],
  checkedOn: '2026-11-24',
  confidence: 'documentation',
  examples: [
    {
      label: 'default',
      file: 'etc/mail/sendmail.mc',
      text: "FEATURE(`access_db', , `skip')dnl\ndefine(`SMART_HOST', `smtp.example.com')dnl\n",
      modes: ['opportunistic'],
    },
    {
      label: 'mistake',
      file: 'etc/mail/access',
      text: 'Connect:127.0.0.1\tRELAY\nTry_TLS:smtp.example.com\tNO\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'etc/mail/access',
      text: 'TLS_Srv:smtp.example.com\tENCR:112\n',
      modes: ['required-unverified'],
      fixed: ['required-verified'],
    },
  ],
}
