import { type Document, lineEnd } from '../format/index.ts'
import { modeOf } from '../mode.ts'
import { maxObjects, present } from '../object.ts'
import type { Settings } from '../settings.ts'
import { doubtConditions, merge } from '../setup.ts'
import type { FoundSetup, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

/** gen_smtp: `ssl: true` takes its TLS options from `sockopts`, STARTTLS takes them from `tls_options`. */
function judge(settings: Settings): Verdict {
  const implicit = settings.flag('ssl') === true
  const tls = settings.choice('tls', ['always', 'never', 'if_available']) ?? 'if_available'
  if (!implicit && tls === 'never') return verdict('plaintext', ['tls', 'STARTTLS is left alone even where it is offered'])
  if (!implicit && tls === 'if_available')
    return verdict('opportunistic', [
      'tls',
      'STARTTLS is used where it is offered; where somebody hides the offer, mail goes out readable',
    ])
  const key = implicit ? 'verifyImplicit' : 'verify'
  const how = implicit ? (['ssl', 'TLS from the first octet'] as const) : (['tls', 'STARTTLS or no mail'] as const)
  const security = implicit ? 'implicit' : 'starttls'
  if (settings.choice(key, ['verify_peer', 'verify_none']) === 'verify_peer') return verdict(modeOf(security, true), how)
  return verdict(
    modeOf(security, false),
    [key, `before OTP 26 no certificate is looked at unless ${implicit ? 'sockopts' : 'tls_options'} has verify: :verify_peer`],
    how,
  )
}

const known: Readonly<Record<string, readonly string[]>> = {
  host: ['relay', 'server'],
  port: ['port'],
  ssl: ['ssl'],
  tls: ['tls'],
  // Bamboo has names of its own for what it hands to gen_smtp.
  verify: ['tls_options.verify', 'tls_options.(rest)', 'tls_verify'],
  adapter: ['adapter'],
  verifyImplicit: ['sockopts.verify', 'sockopts.(rest)'],
}

/** Keywords of one `config :app, Mailer, …`, which is a call without parentheses. */
function find(document: Document): FoundSetup[] {
  const starts = [...document.text.matchAll(/^[ \t]*config[ \t(]+:\w+[ \t]*,[ \t]*\[?[ \t]*([\w.]+)/gm)]
  return starts.slice(0, maxObjects).flatMap(({ index, 1: name }, at) => {
    const stop = starts[at + 1]?.index ?? Infinity
    const own = document.entries.filter(({ start }) => start >= index && start < stop)
    const entries = present(
      Object.fromEntries(
        Object.entries(known).map(([key, paths]) => {
          const [first, ...others] = own.filter(
            ({ path, start }) =>
              paths.some((wanted) => path.join('.') === wanted) ||
              // A list that another function makes.
              (path.length === 1 && paths.includes(`${path[0]}.(rest)`) && document.text[start] !== '['),
          )
          return [key, first && others.reduce(merge, first)]
        }),
      ),
    )
    const isSmtp = entries['adapter']?.value.kind !== 'literal' || /SMTP/i.test(entries['adapter'].value.text)
    return entries['host'] && isSmtp ? [{ name: name ?? 'mailer', entries: doubtConditions(entries, ['host']) }] : []
  })
}

const verifying = 'versions: [:"tlsv1.2", :"tlsv1.3"], verify: :verify_peer, cacerts: :public_key.cacerts_get(), depth: 9'

/** The options that have the certificate checked, for a host that is written out; in the place of what is there. */
function addOptions(key: 'tls_options' | 'sockopts') {
  return (document: Document, setup: FoundSetup) => {
    const { host, verify, verifyImplicit, adapter } = setup.entries
    if (adapter?.value.kind === 'literal' && adapter.value.text.includes('Bamboo')) return undefined
    const [old, name] = key === 'tls_options' ? [verify, 'tls_options'] : [verifyImplicit, 'sockopts']
    if (old?.value.kind === 'literal' && old.value.text === 'verify_peer') return []
    if (old?.value.kind === 'literal')
      return [{ start: old.start, end: old.end, text: ':verify_peer, cacerts: :public_key.cacerts_get()' }]
    if (!host || old || document.entries.some(({ path, start }) => path.length === 1 && path[0] === name && start > host.start))
      return undefined
    const server = host.value.kind === 'literal' ? `, server_name_indication: ~c"${host.value.text.replace(/[^\w.-]/g, '')}"` : ''
    const match = 'customize_hostname_check: [match_fun: :public_key.pkix_verify_hostname_match_fun(:https)]'
    const indent = /^[ \t]*/.exec(document.text.slice(document.text.lastIndexOf('\n', host.start) + 1))?.[0] ?? '  '
    return [
      { start: host.end, end: host.end, text: `,${lineEnd(document.text)}${indent}${name}: [${verifying}${server}, ${match}]` },
    ]
  }
}

export const swoosh: Software = {
  id: 'swoosh',
  name: 'Swoosh and Bamboo over gen_smtp',
  kind: 'framework',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)(?:config\/[\w.-]+|runtime|prod|config|releases)\.exs$/,
      format: 'elixir',
      keys: { host: '**.relay', port: '**.port', ssl: '**.ssl', tls: '**.tls' },
      anchors: ['host'],
      marks: ['relay:', 'Bamboo.SMTPAdapter'],
      find,
    },
  ],
  packages: ['hex:gen_smtp', 'hex:swoosh', 'hex:bamboo_smtp'],
  judge,
  remedies: [
    { security: 'starttls', set: { tls: ':always' }, ifSet: { ssl: false }, edit: addOptions('tls_options') },
    { security: 'implicit', set: { ssl: true }, ifSet: { tls: ':never' }, edit: addOptions('sockopts') },
    {
      security: 'starttls',
      set: { tls: ':always' },
      ifSet: { ssl: false },
      also: 'Have the certificate checked: tls_options, in Bamboo tls_verify and tls_cacertfile.',
    },
  ],
  write: ({ host, port, security }) => ({
    file: 'config/runtime.exs',
    text: `import Config

config :my_app, MyApp.Mailer,
  adapter: Swoosh.Adapters.SMTP,
  relay: "${host}",
  port: ${port},
  username: System.fetch_env!("SMTP_USERNAME"),
  password: System.fetch_env!("SMTP_PASSWORD"),
  auth: :always,
  no_mx_lookups: true,
  ${security === 'implicit' ? 'ssl: true,\n  tls: :never' : 'tls: :always'},
  ${security === 'implicit' ? 'sockopts' : 'tls_options'}: [
    ${verifying},
    server_name_indication: ~c"${host}",
    customize_hostname_check: [match_fun: :public_key.pkix_verify_hostname_match_fun(:https)]
  ]
`,
  }),
  notes: [
    'With ssl: true the options stand in sockopts; tls_options is for STARTTLS alone.',
    'Since OTP 26 certificates are checked by default, and without cacerts nothing is sent; before, none is looked at.',
    "gen_smtp's own list of versions begins at TLS 1.0 and ends at 1.2: give versions in tls_options.",
    'Unless no_mx_lookups is true, the relay is looked up as a mail domain, and a server of another name may answer.',
    ':public_key.cacerts_get/0 is there since OTP 25.',
    "Bamboo's SMTP adapter names them tls_verify and tls_cacertfile, and gives up to TLS 1.2 alone.",
  ],
  sources: [
    'gen_smtp src/gen_smtp_client.erl 1.2 (DEFAULT_OPTIONS, connect, do_STARTTLS) and src/smtp_socket.erl',
    'bamboo_smtp lib/bamboo/adapters/smtp_adapter.ex, main branch',
    'Swoosh lib/swoosh/adapters/smtp.ex 1.26.3, TLS options and certificate verification',
  ],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'config/runtime.exs',
      text: 'import Config\n\nconfig :my_app, MyApp.Mailer,\n  adapter: Swoosh.Adapters.SMTP,\n  relay: "smtp.example.com"\n',
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'config/runtime.exs',
      text: 'import Config\n\nconfig :my_app, MyApp.Mailer,\n  adapter: Swoosh.Adapters.SMTP,\n  relay: "smtp.example.com",\n  port: 587,\n  ssl: false,\n  tls: :always, # enough?\n  tls_options: [verify: :verify_none],\n  auth: :always\n',
      modes: ['required-unverified'],
      fixed: ['required-verified'],
    },
  ],
}
