import { type Call, type Document, type Edit, type Entry, lineAround } from '../format/index.ts'
import { modeOf } from '../mode.ts'
import { addArgument, addImport, argumentOf, findObjects, note, present } from '../object.ts'
import type { Settings } from '../settings.ts'
import { doubtConditions } from '../setup.ts'
import type { FoundSetup, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

const options = ['None', 'Auto', 'StartTlsWhenAvailable', 'StartTls', 'SslOnConnect', 'true', 'false'] as const

/** `useSsl` true is SslOnConnect and false StartTlsWhenAvailable; Auto is one or the other by the port. */
function judge(settings: Settings): Verdict {
  const option = settings.choice('options', options) ?? 'Auto'
  const implicit = option === 'SslOnConnect' || option === 'true' || (option === 'Auto' && settings.number('port') === 465)
  if (option === 'None') return verdict('plaintext', ['options', 'nothing is encrypted, whatever the server offers'])
  if (!implicit && option !== 'StartTls')
    return verdict('opportunistic', [
      'options',
      'STARTTLS is used where it is offered; where somebody hides the offer, mail goes out readable',
    ])
  const security = implicit ? 'implicit' : 'starttls'
  const how = ['options', implicit ? 'TLS from the first octet' : 'STARTTLS or no mail'] as const
  return settings.text('callback') === 'everything'
    ? verdict(modeOf(security, false), ['callback', "every certificate is taken: anybody may answer in the server's name"], how)
    : verdict(modeOf(security, true), how)
}

/** A callback that says yes to everything is known by its text; what any other says nobody can tell from here. */
export function readCallback(document: Document, entry: Entry | undefined): Entry | undefined {
  if (!entry) return undefined
  const source = document.text.slice(entry.start, entry.end)
  if (source === 'null') return undefined
  const body = /^(?:delegate\b\s*(?:\([^()]*\))?|\w+\s*=>|\([^()]*\)\s*=>)\s*(?:\{\s*return\s+true\s*;?\s*\}|true)\s*$/.test(
    source,
  )
  return body || source.endsWith('DangerousAcceptAnyServerCertificateValidator')
    ? { ...entry, value: { kind: 'literal', text: 'everything', type: 'string' } }
    : { ...entry, value: { kind: 'computed', source: 'what a function of its own says' } }
}

function connectOf(calls: readonly Call[]): Call | undefined {
  return calls.find(({ path }) => ['Connect', 'ConnectAsync'].includes(path.at(-1) ?? ''))
}

function find(document: Document): FoundSetup[] {
  return findObjects(document, /^SmtpClient$/).flatMap((object) => {
    const connect = connectOf(object.calls)
    if (!connect) return []
    const third = argumentOf(document, connect, 2)
    const options = argumentOf(document, connect, 'options') ?? argumentOf(document, connect, 'useSsl')
    const entries = present({
      host: argumentOf(document, connect, 0) ?? argumentOf(document, connect, 'host'),
      port: argumentOf(document, connect, 1) ?? argumentOf(document, connect, 'port'),
      // The third may also be the token that cancels the connection.
      options: options ?? (third && /ancel|^(?:ct|token)$/.test(document.text.slice(third.start, third.end)) ? undefined : third),
      callback: readCallback(document, object.property('ServerCertificateValidationCallback')),
      connect: note(connect, 'here'),
    })
    return [{ name: object.name, entries: doubtConditions(entries, ['connect']) }]
  })
}

/** The statement of an entry, where it has lines of its own. */
export function removeStatement({ text }: Document, entry: Entry): Edit | undefined {
  const line = lineAround(text, entry.start)
  const last = lineAround(text, entry.end)
  if (
    !/^\s*[\w.]+\s*$/.test(text.slice(line.start, text.lastIndexOf('=', entry.start))) ||
    !/^\s*;\s*$/.test(text.slice(entry.end, last.end))
  )
    return undefined
  return { start: line.start, end: Math.min(text.length, last.end + (text[last.end] === '\r' ? 2 : 1)), text: '' }
}

function setOption(option: string) {
  return (document: Document, setup: FoundSetup): readonly Edit[] | undefined => {
    const { options: old, callback, port, host, connect } = setup.entries
    if (!connect || !host) return undefined
    const wanted = `SecureSocketOptions.${option}`
    const call = document.calls.find(({ start, end }) => start === connect.start && end === connect.end)
    const edits: Edit[] = []
    if (callback) {
      const gone = removeStatement(document, callback)
      if (!gone) return undefined
      edits.push(gone)
    }
    if (old && document.text.slice(old.start, old.end) !== wanted) edits.push({ start: old.start, end: old.end, text: wanted })
    // Behind the port, in front of what cancels.
    else if (!old && port)
      edits.push({ start: port.end, end: port.end, text: `, ${port.path.at(-2) === '()' ? 'options: ' : ''}${wanted}` })
    else if (!old && call) edits.push(addArgument(document, call, `${option === 'SslOnConnect' ? '465' : '587'}, ${wanted}`))
    return edits.length === 0
      ? edits
      : [
          ...edits,
          ...addImport(document, /using MailKit\.Security;|MailKit\.Security\./, /^using MailKit/m, 'using MailKit.Security;'),
        ]
  }
}

export const mailkit: Software = {
  id: 'mailkit',
  name: 'MailKit (.NET)',
  kind: 'library',
  places: [
    {
      kind: 'file',
      path: /\.cs$/,
      format: 'csharp',
      keys: { host: '**.Connect.(0)', port: '**.Connect.(1)' },
      anchors: ['host'],
      marks: ['MailKit'],
      find,
    },
  ],
  packages: ['nuget:MailKit'],
  judge,
  remedies: [
    { security: 'starttls', set: {}, edit: setOption('StartTls') },
    { security: 'implicit', set: {}, edit: setOption('SslOnConnect') },
  ],
  notes: [
    'Without options, and with Auto, MailKit goes on in the clear where STARTTLS is not offered, except on port 465.',
    'Connect(host, port, false) does not mean unencrypted but STARTTLS where it is offered.',
    'Much public code prefers StartTlsWhenAvailable: it is the opportunistic one.',
    "What stands in appsettings.json reaches MailKit only through the program's own code: see the call of Connect.",
  ],
  sources: ['MailKit Security/SecureSocketOptions.cs and Net/Smtp/SmtpClient.cs (ComputeDefaultValues), MailService.cs 4.17'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'Mailer.cs',
      text: 'using MailKit.Net.Smtp;\n\nusing (var client = new SmtpClient())\n{\n    client.Connect("smtp.example.com", 587);\n}\n',
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'Mailer.cs',
      text: 'using MailKit.Net.Smtp;\nusing MailKit.Security;\n\nusing var client = new SmtpClient();\n// for the test server\nclient.ServerCertificateValidationCallback = (s, c, h, e) => true;\nawait client.ConnectAsync("smtp.example.com", 587, SecureSocketOptions.StartTlsWhenAvailable);\n',
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
  ],
}
