import type { Call, Document, Entry } from '../format/index.ts'
import { modeOf } from '../mode.ts'
import { argumentOf, maxObjects, present } from '../object.ts'
import { type Settings, Unseen } from '../settings.ts'
import { doubtConditions, merge } from '../setup.ts'
import type { FoundSetup, Remedy, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

const options = ['host', 'port', 'service', 'secure', 'requireTLS', 'ignoreTLS', 'opportunisticTLS'] as const

/** nodemailer's own list of services: TLS from the first octet, or none that is demanded. What is set beside it goes before it. */
const services: Readonly<Record<string, 'implicit' | 'offered'>> = {
  ...list(
    'implicit',
    '126 163 1und1 aliyun aliyunqiye qiye.aliyun aruba elasticemail fastmail forwardemail fe gmail googlemail gmailworkspace',
    'googleworkspacemail kolabnow kolab mail.ru mailgun one qq qqex qqenterprise resend runbox sendpulse seznam turbosmtp',
    'tutanota yahoo yandex zoho ses ses-us-east-1 ses-us-east-2 ses-us-west-1 ses-us-west-2 ses-eu-central-1 ses-eu-north-1',
    'ses-eu-west-1 ses-eu-west-2 ses-eu-west-3 ses-ap-northeast-1 ses-ap-south-1 ses-ap-southeast-1 ses-ap-southeast-2',
    'ses-ca-central-1 ses-sa-east-1',
  ),
  ...list(
    'offered',
    'aol disroot dynectemail dynect ethereal gandimail gandi gmx godaddy godaddyasia godaddyeurope hotmail outlook',
    'outlook.com hotmail.com icloud infomaniak loops mailersend mailjet mailosaur mailtrap mandrill naver outlook365 postmark',
    'postmarkapp sendcloud sendgrid sendinblue brevo smtp2go sparkpost tipimail',
  ),
}

function list<Kind extends string>(kind: Kind, ...names: readonly string[]): Record<string, Kind> {
  return Object.fromEntries(
    names
      .join(' ')
      .split(' ')
      .map((name) => [name, kind]),
  )
}

/**
 * nodemailer's order of precedence: `secure`, then `ignoreTLS` and `requireTLS`. Where both of these are on, the former
 * won until 10.0.12, and with it plaintext; so did `opportunisticTLS`.
 */
export function judgeNodemailer(settings: Settings): Verdict {
  const url = readUrl(settings)
  const flag = (key: 'secure' | 'requireTLS' | 'ignoreTLS' | 'opportunisticTLS' | 'rejectUnauthorized') =>
    settings.flag(key) ?? url?.(key)
  const verified = flag('rejectUnauthorized') !== false
  const unverified = ['rejectUnauthorized', "the certificate is not looked at: anybody may answer in the server's name"] as const
  const told = (url ?? settings.has('port')) ? undefined : askService(settings)
  if (flag('secure') ?? (told ? told === 'implicit' : settings.number('port') === 465)) {
    const how = [told && !settings.has('secure') ? 'service' : 'secure', 'TLS from the first octet'] as const
    return verified ? verdict(modeOf('implicit', true), how) : verdict(modeOf('implicit', false), unverified, how)
  }
  const required = flag('requireTLS') === true
  const settled = settings.since('10.0.12')
  if (flag('ignoreTLS') === true && !(required && settled))
    return verdict('plaintext', [
      'ignoreTLS',
      required
        ? 'before nodemailer 10.0.12 this goes before requireTLS, and STARTTLS is left alone'
        : 'STARTTLS is left alone even where it is offered',
    ])
  if (required && flag('opportunisticTLS') === true && !settled)
    return verdict('opportunistic', [
      'opportunisticTLS',
      'before nodemailer 10.0.12 mail goes on readable where STARTTLS is refused, requireTLS or not',
    ])
  if (required) {
    const how = ['requireTLS', 'STARTTLS or no mail'] as const
    return verified ? verdict(modeOf('starttls', true), how) : verdict(modeOf('starttls', false), unverified, how)
  }
  return verdict('opportunistic', [
    'requireTLS',
    'STARTTLS is used where it is offered; where somebody hides the offer, mail goes out readable',
  ])
}

/** A `service` brings its own host, port and secure. @throws Unseen where the list has no such name */
function askService(settings: Settings): 'implicit' | 'offered' | undefined {
  const service = settings.text('service')
  if (service === undefined || settings.has('secure')) return undefined
  const name = (service.split('@').at(-1) ?? '').replace(/[^a-zA-Z0-9.-]/g, '').toLowerCase()
  const told = Object.hasOwn(services, name) ? services[name] : undefined
  if (told === undefined)
    throw new Unseen('service', { kind: 'computed', source: `what nodemailer's list says of ${name.slice(0, 30)}` })
  return told
}

/** `smtps://user:password@host:465/?requireTLS=true`: an address in the place of options. */
function readUrl(settings: Settings): ((key: string) => boolean | undefined) | undefined {
  const text = settings.has('url') && !options.some((key) => settings.has(key)) ? settings.text('url') : undefined
  if (text === undefined || !URL.canParse(text)) return undefined
  const url = new URL(text)
  return (key) => {
    if (key === 'secure') return url.protocol === 'smtps:' || (url.protocol !== 'smtp:' && url.port === '465')
    const value = url.searchParams.get(key === 'rejectUnauthorized' ? 'tls.rejectUnauthorized' : key)
    return value === null ? undefined : value === 'true' || value === '1'
  }
}

/** A port or a scheme that belongs to the other way would be left in an address: there the scheme alone is changed. */
function requireInUrl(old: string): string | undefined {
  if (!URL.canParse(old) || !/^smtp:\/\//i.test(old)) return undefined
  const [address, query] = old.split('?', 2)
  const others = (query ?? '')
    .split('&')
    .filter((part) => part !== '' && !/^(?:requireTLS|ignoreTLS|opportunisticTLS|tls\.rejectUnauthorized)=/.test(part))
  const slash = /^smtp:\/\/[^/]+$/i.test(address ?? '') ? '/' : ''
  return `${address}${slash}?${[...others, 'requireTLS=true'].join('&')}`
}

export const nodemailerRemedies: readonly Remedy[] = [
  { security: 'starttls', set: { secure: false, requireTLS: true }, ifSet: { ignoreTLS: false, rejectUnauthorized: true } },
  { security: 'implicit', set: { secure: true }, ifSet: { ignoreTLS: false, rejectUnauthorized: true } },
]

/** Each call of createTransport is a setup, with its options written there or in a table of the same file. */
function findTransports(document: Document): FoundSetup[] {
  return document.calls
    .filter(({ path }) => path.at(-1) === 'createTransport')
    .slice(0, maxObjects)
    .toSorted((a, b) => a.start - b.start)
    .flatMap((call, at) => {
      const first = argumentOf(document, call, 0)
      if (!first) return []
      const { prefix, own } = findOptions(document, call, first)
      const setting = (...names: readonly string[]): Entry | undefined => {
        const [one, ...others] = own.filter(({ path }) => path.join('.') === [...prefix, ...names].join('.'))
        return one && others.reduce(merge, one)
      }
      const rest = setting('(rest)')
      const entries = present({
        ...Object.fromEntries(options.map((key) => [key, setting(key)])),
        rejectUnauthorized: setting('tls', 'rejectUnauthorized') ?? setting('tls', '(rest)'),
        rest: first.value.kind === 'environment' ? undefined : rest,
        url: first.value.kind === 'computed' ? undefined : first,
      })
      const other = setting('jsonTransport') ?? setting('sendmail') ?? setting('SES') ?? setting('streamTransport')
      return other || Object.keys(entries).length === 0
        ? []
        : [{ name: `transport ${at + 1}`, entries: doubtConditions(entries, ['host', 'service', 'url']) }]
    })
}

function findOptions(
  document: Document,
  call: Call,
  first: Entry,
): { readonly prefix: readonly string[]; readonly own: readonly Entry[] } {
  const name = document.text.slice(first.start, first.end)
  if (/^[A-Za-z_$][\w$]*$/.test(name)) {
    const own = document.entries.filter(({ path, start }) => path[0] === name && path.length > 1 && start < call.start)
    if (own.length > 0) return { prefix: [name], own }
  }
  return {
    prefix: first.path,
    own: document.entries.filter(({ start, end }) => start >= call.start && end <= call.end),
  }
}

const paths = (key: string): string => `**.createTransport.(0).${key}`

export const nodemailer: Software = {
  id: 'nodemailer',
  name: 'nodemailer',
  kind: 'library',
  places: [
    {
      kind: 'file',
      path: /\.(?:[cm]?js|[cm]?ts|jsx|tsx)$/,
      format: 'javascript',
      keys: {
        ...Object.fromEntries(options.map((key) => [key, paths(key)])),
        rejectUnauthorized: [paths('tls.rejectUnauthorized'), paths('tls.(rest)')],
        rest: paths('(rest)'),
        url: '**.createTransport.(0)',
      },
      anchors: ['host', 'service', 'port', 'secure', 'rest', 'url'],
      marks: ['createTransport'],
      find: findTransports,
    },
  ],
  packages: ['npm:nodemailer'],
  boundaries: ['10.0.12'],
  judge: judgeNodemailer,
  remedies: [...nodemailerRemedies, { security: 'starttls', set: {}, rewrite: { url: requireInUrl } }],
  write: ({ host, port, security }) => ({
    file: 'mailer.js',
    text: `import nodemailer from 'nodemailer'

export const transport = nodemailer.createTransport({
  host: '${host}',
  port: ${port},
  ${security === 'implicit' ? 'secure: true' : 'secure: false,\n  requireTLS: true'},
  auth: { user: process.env.SMTP_USER, pass: process.env.SMTP_PASSWORD },
})
`,
  }),
  notes: [
    '`secure: false` does not mean unencrypted, and `secure: true` on port 587 fails with "wrong version number".',
    'Where requireTLS is on, ignoreTLS and opportunisticTLS lose to it since 10.0.12; before, they won.',
    'opportunisticTLS: true carries on in plaintext where the upgrade is refused.',
    'requireTLSExtensionEnabled on a message is REQUIRETLS (RFC 8689), another thing.',
    'Of the services nodemailer knows, some have TLS from the first octet and others no more than STARTTLS where it is offered: set requireTLS beside service.',
    'A pool and a direct transport take nothing from each other: each has its own options.',
  ],
  sources: [
    'nodemailer lib/smtp-connection/index.js 9.0.5 and 10.6.0, CHANGELOG 10.0.12',
    'nodemailer lib/shared/index.js (parseConnectionUrl), lib/well-known/services.json 10.6.0',
  ],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'mailer.js',
      text: "import nodemailer from 'nodemailer'\nexport const transport = nodemailer.createTransport({\n  host: 'smtp.example.com',\n  port: 587,\n})\n",
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'mailer.js',
      text: "import nodemailer from 'nodemailer'\nexport const transport = nodemailer.createTransport({\n  host: 'smtp.example.com',\n  port: 587,\n  secure: false, // upgraded later\n  tls: { rejectUnauthorized: false },\n})\n",
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'pool.ts',
      text: "const transport = createTransport('smtp://news@smtp.example.com:587/?pool=true')\n",
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
  ],
}
