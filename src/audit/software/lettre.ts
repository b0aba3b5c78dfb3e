import type { Call, Document, Edit, Entry } from '../format/index.ts'
import { modeOf } from '../mode.ts'
import { argumentOf, maxObjects, note, present } from '../object.ts'
import type { Settings } from '../settings.ts'
import { doubtConditions } from '../setup.ts'
import type { FoundSetup, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

const constructors = ['relay', 'starttls_relay', 'builder_dangerous', 'unencrypted_localhost'] as const

/** The constructor brings a mode, `.tls(…)` replaces it. */
function judge(settings: Settings): Verdict {
  const made = settings.choice('made', constructors)
  const tls = settings.choice('tls', ['None', 'Opportunistic', 'Required', 'Wrapper'])
  const way = tls ?? (made === 'relay' ? 'Wrapper' : made === 'starttls_relay' ? 'Required' : 'None')
  const key = tls ? 'tls' : 'made'
  if (way === 'None')
    return verdict('plaintext', [
      key,
      tls ? 'Tls::None asks for no encryption' : 'builder_dangerous asks for no encryption unless .tls(…) does',
    ])
  if (way === 'Opportunistic')
    return verdict('opportunistic', [
      key,
      'STARTTLS is used where it is offered; where somebody hides the offer, mail goes out readable',
    ])
  const security = way === 'Wrapper' ? 'implicit' : 'starttls'
  const how = [key, security === 'implicit' ? 'TLS from the first octet' : 'STARTTLS or no mail'] as const
  if (settings.flag('anyCertificate') === true)
    return verdict(
      modeOf(security, false),
      ['anyCertificate', "every certificate is taken: anybody may answer in the server's name"],
      how,
    )
  if (settings.flag('anyName') === true)
    return verdict(modeOf(security, false), ['anyName', 'a certificate for any other name is taken'], how)
  return verdict(modeOf(security, true), how)
}

function lastOf({ path }: Call): string {
  return path.at(-1) ?? ''
}

/** A chain begins with its constructor, and goes on to the next one or to `build`. */
function find(document: Document): FoundSetup[] {
  const calls = document.calls.toSorted((a, b) => a.start - b.start || b.end - a.end)
  const starts = calls.filter((call) => constructors.some((name) => name === lastOf(call)))
  return starts.slice(0, maxObjects).flatMap((made, at) => {
    if (!/SmtpTransport/.test(document.text.slice(Math.max(0, made.start - 80), made.end))) return []
    const next = starts[at + 1]?.start ?? Infinity
    const built = calls.find((call) => lastOf(call) === 'build' && call.end > made.end && call.path.length === chainDepth(made))
    const stop = Math.min(next, built?.end ?? next)
    const chain = calls.filter((call) => call.start >= made.start && call.end <= stop && call !== made)
    const port = chain.find((call) => lastOf(call) === 'port')
    const tls = chain.find((call) => lastOf(call) === 'tls')
    const entries = present({
      host: argumentOf(document, made, 0),
      port: port && argumentOf(document, port, 0),
      made: note(made, lastOf(made)),
      tls: tls && readTls(document, tls),
      anyCertificate: tls && findDanger(document, 'dangerous_accept_invalid_certs'),
      anyName: tls && findDanger(document, 'dangerous_accept_invalid_hostnames'),
    })
    return [{ name: `transport ${at + 1}`, entries: doubtConditions(entries, ['made']) }]
  })
}

/** Of the variable that the chain is assigned to, and a method's name. */
function chainDepth({ path }: Call): number {
  return path.findLastIndex((part) => part.endsWith('SmtpTransport')) === -1 ? path.length : path.length - 1
}

/** `Tls::Required(parameters)`: the word alone tells. */
function readTls(document: Document, tls: Call): Entry | undefined {
  const entry = argumentOf(document, tls, 0)
  const word =
    entry && /^(?:\w+::)*Tls::(None|Opportunistic|Required|Wrapper)\b/.exec(document.text.slice(entry.start, entry.end))?.[1]
  return entry && word !== undefined ? { ...entry, value: { kind: 'literal', text: word, type: 'string' } } : entry
}

/** Parameters are built elsewhere in the file mostly: one that takes everything may be these. */
function findDanger(document: Document, method: string): Entry | undefined {
  const call = document.calls.find((own) => lastOf(own) === method)
  return call && argumentOf(document, call, 0)
}

/** Another port, where this one is for the other way. */
function movePort(port: number, word: 'Required' | 'Wrapper'): number | undefined {
  if (word === 'Wrapper') return [25, 587, 2525].includes(port) ? 465 : undefined
  return port === 465 ? 587 : undefined
}

function setTls(word: 'Required' | 'Wrapper') {
  return (document: Document, { entries }: FoundSetup): readonly Edit[] | undefined => {
    const { made, tls, host, port, anyCertificate, anyName } = entries
    if (!made || !host) return undefined
    const off = [anyCertificate, anyName].flatMap((entry) =>
      entry && entry.value.kind === 'literal' && entry.value.text === 'true'
        ? [{ start: entry.start, end: entry.end, text: 'false' }]
        : [],
    )
    const other = port?.value.kind === 'literal' ? movePort(Number(port.value.text), word) : undefined
    if (port && other !== undefined) off.push({ start: port.start, end: port.end, text: String(other) })
    const wanted = word === 'Wrapper' ? 'relay' : 'starttls_relay'
    if (tls) {
      const text = document.text.slice(tls.start, tls.end)
      const changed = text.replace(/Tls::(?:Opportunistic|Required|Wrapper)\b/, `Tls::${word}`)
      if (tls.value.kind !== 'literal' || tls.value.text === 'None') return undefined
      return [...off, ...(changed === text ? [] : [{ start: tls.start, end: tls.end, text: changed }])]
    }
    const source = document.text.slice(made.start, made.end)
    const at = source.indexOf('builder_dangerous')
    // The new constructor may fail, where the old could not; and it brings a port of its own, which .port(25) would undo.
    if (at === -1 || port) return undefined
    return [
      { start: made.start + at, end: made.start + at + 'builder_dangerous'.length, text: wanted },
      { start: made.end, end: made.end, text: '?' },
    ]
  }
}

export const lettre: Software = {
  id: 'lettre',
  name: 'lettre (Rust)',
  kind: 'library',
  places: [
    {
      kind: 'file',
      path: /\.rs$/,
      format: 'rust',
      keys: { host: '**.relay.(0)' },
      anchors: ['host'],
      marks: ['SmtpTransport'],
      find,
    },
  ],
  packages: ['cargo:lettre'],
  judge,
  remedies: [
    { security: 'starttls', set: {}, edit: setTls('Required') },
    { security: 'implicit', set: {}, edit: setTls('Wrapper') },
  ],
  write: ({ host, port, security }) => ({
    file: 'src/mailer.rs',
    text: `use lettre::transport::smtp::authentication::Credentials;
use lettre::SmtpTransport;

pub fn mailer(user: String, password: String) -> Result<SmtpTransport, lettre::transport::smtp::Error> {
    Ok(SmtpTransport::${security === 'implicit' ? 'relay' : 'starttls_relay'}("${host}")?
        .port(${port})
        .credentials(Credentials::new(user, password))
        .build())
}
`,
  }),
  notes: [
    'relay is TLS from the first octet on 465, starttls_relay is STARTTLS or no mail on 587, builder_dangerous is neither.',
    'dangerous_accept_invalid_certs and dangerous_accept_invalid_hostnames take the check away.',
    'TLS 1.2 is the least that is spoken by default.',
    'SmtpTransport::from_url takes smtps://, smtp://…?tls=required and smtp://…?tls=opportunistic; smtp:// alone is plaintext.',
  ],
  sources: ['lettre src/transport/smtp/transport.rs and src/transport/smtp/client/tls.rs 0.11.21'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'src/mail.rs',
      text: 'use lettre::SmtpTransport;\n\nfn mailer() -> Result<SmtpTransport, Error> {\n    let mailer = SmtpTransport::builder_dangerous("smtp.example.com").credentials(creds()).build();\n    Ok(mailer)\n}\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'src/mail.rs',
      text: 'use lettre::AsyncSmtpTransport;\n\nfn mailer() -> Result<Mailer, Error> {\n    let parameters = TlsParameters::builder(host.to_owned())\n        .dangerous_accept_invalid_certs(true) // staging\n        .build()?;\n    Ok(AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("smtp.example.com")\n        .port(587)\n        .tls(Tls::Opportunistic(parameters))\n        .build())\n}\n',
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
  ],
}
