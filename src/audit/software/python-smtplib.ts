import { type Call, type Document, type Edit, type Entry, lineAround } from '../format/index.ts'
import { modeOf } from '../mode.ts'
import { addArgument, addImport, addStatement, argumentOf, findObjects, note, present } from '../object.ts'
import type { Settings } from '../settings.ts'
import { doubtConditions } from '../setup.ts'
import type { FoundSetup, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'
import { readContext } from './python-context.ts'

/** Without a context smtplib looks at no certificate: `ssl._create_stdlib_context` has CERT_NONE. */
function judge(settings: Settings): Verdict {
  const implicit = settings.text('kind') === 'SMTP_SSL'
  const starttls = settings.text('starttls')
  if (!implicit && starttls === undefined)
    return verdict('plaintext', ['starttls', 'starttls() is not called: mail and log-in go out readable'])
  if (!implicit && starttls === 'late')
    return verdict('plaintext', [
      'starttls',
      'starttls() comes after the log-in or the mail: they have gone out readable by then',
    ])
  if (!implicit && starttls === 'if-offered')
    return verdict('opportunistic', [
      'starttls',
      'starttls() is called where it is offered; where somebody hides the offer, mail goes out readable',
    ])
  const security = implicit ? 'implicit' : 'starttls'
  const how = implicit ? (['kind', 'TLS from the first octet'] as const) : (['starttls', 'STARTTLS or no mail'] as const)
  return settings.text('context') === 'verified'
    ? verdict(modeOf(security, true), how)
    : verdict(
        modeOf(security, false),
        [
          'context',
          "without context=ssl.create_default_context() no certificate is looked at: anybody may answer in the server's name",
        ],
        how,
      )
}

const sending = new Set(['login', 'sendmail', 'send_message', 'auth'])

function find(document: Document): FoundSetup[] {
  return findObjects(document, /^SMTP(?:_SSL)?$/).flatMap((object) => {
    const { made, calls } = object
    if (!made) return []
    const starttls = calls.filter(({ path }) => path.at(-1) === 'starttls').toSorted((a, b) => a.start - b.start)[0]
    const implicit = made.path.at(-1) === 'SMTP_SSL'
    const entries = present({
      host: argumentOf(document, made, 0) ?? argumentOf(document, made, 'host'),
      port: argumentOf(document, made, 1) ?? argumentOf(document, made, 'port'),
      kind: note(made, implicit ? 'SMTP_SSL' : 'SMTP'),
      starttls: starttls && readStarttls(document, starttls, calls),
      context: readContext(
        document,
        implicit ? argumentOf(document, made, 'context') : starttls && argumentOf(document, starttls, 'context'),
      ),
    })
    return [{ name: object.name, entries: doubtConditions(entries, ['kind']) }]
  })
}

function readStarttls(document: Document, starttls: Call, calls: readonly Call[]): Entry {
  const first = calls.filter(({ path }) => sending.has(path.at(-1) ?? '')).toSorted((a, b) => a.start - b.start)[0]
  if (first && first.start < starttls.start) return note(starttls, 'late')
  const condition = starttls.branch?.at(-1)
  const line = condition === undefined ? '' : document.text.slice(condition, lineAround(document.text, condition).end)
  // `if server.has_extn("STARTTLS"):` is a condition that can be read.
  if (/has_extn\(\s*["']starttls/i.test(line))
    return { ...note(starttls, 'if-offered'), branch: starttls.branch?.slice(0, -1) ?? [] }
  const entry = note(starttls, 'required')
  return isGuarded(document, starttls)
    ? { ...entry, value: { kind: 'computed', source: 'in a try of its own: see what its except does' } }
    : entry
}

/** `try: server.starttls() except …`: what happens when it fails is up to the except. */
function isGuarded({ text }: Document, { start, end }: Call): boolean {
  const before = text.slice(Math.max(0, start - 200), lineAround(text, start).start).trimEnd()
  const behind = text.slice(lineAround(text, end).end, end + 400).trimStart()
  return /(?:^|\n)[ \t]*try:$/.test(before) && /^except\b/.test(behind)
}

const safe = 'ssl.create_default_context()'

function setContext(document: Document, { entries }: FoundSetup, call: Call | undefined): readonly Edit[] | undefined {
  if (!call) return undefined
  const context = argumentOf(document, call, 'context')
  const told = entries['context']?.value
  if (told?.kind === 'literal' && told.text === 'verified') return []
  return [
    context ? { start: context.start, end: context.end, text: safe } : addArgument(document, call, `context=${safe}`),
    ...addImport(document, /^\s*import (?:.*,\s*)?ssl\b/m, /^.*\bsmtplib\b/m, 'import ssl'),
  ]
}

function findCall(document: Document, entry: Entry | undefined): Call | undefined {
  return document.calls.find(({ start, end }) => start === entry?.start && end === entry.end)
}

function requireStarttls(document: Document, setup: FoundSetup): readonly Edit[] | undefined {
  const { kind, starttls, port } = setup.entries
  // On 465 the server waits for TLS, and STARTTLS never comes to be.
  if (port?.value.kind === 'literal' && port.value.text === '465') return undefined
  const made = findCall(document, kind)
  if (!made || made.path.at(-1) === 'SMTP_SSL') return undefined
  if (starttls)
    return starttls.value.kind === 'literal' && starttls.value.text === 'required'
      ? setContext(document, setup, findCall(document, starttls))
      : undefined
  const variable = setup.name.replace(/ \d+$/, '')
  if (!/^(?:self\.)?\w+$/.test(variable)) return undefined
  const as = /^\s+as\s+\w+\s*:[ \t]*(?:#.*)?\r?\n([ \t]+)/.exec(document.text.slice(made.end))
  // Where nothing but the call is in the statement, or a block begins behind it.
  if (!as && !/^[ \t]*(?:#.*)?\r?$/m.test(document.text.slice(made.end, lineAround(document.text, made.end).end)))
    return undefined
  return [
    addStatement(document, made.end, `${variable}.starttls(context=${safe})`, as?.[1]),
    ...addImport(document, /^\s*import (?:.*,\s*)?ssl\b/m, /^.*\bsmtplib\b/m, 'import ssl'),
  ]
}

export const pythonSmtplib: Software = {
  id: 'python-smtplib',
  name: 'Python smtplib',
  kind: 'library',
  places: [
    {
      kind: 'file',
      path: /\.py$/,
      format: 'python',
      keys: { host: '**.SMTP.(0)' },
      anchors: ['host'],
      marks: ['smtplib'],
      // aiosmtplib has the same names and is told apart by its own rule.
      isOurs: ({ text }) => /^\s*(?:import\s+(?:[\w., ]+,\s*)?smtplib\b|from\s+smtplib\b)/m.test(text),
      find,
    },
  ],
  judge,
  remedies: [
    { security: 'starttls', set: {}, edit: requireStarttls },
    {
      security: 'implicit',
      set: {},
      edit: (document, setup) => {
        const made = findCall(document, setup.entries['kind'])
        return made?.path.at(-1) === 'SMTP_SSL' ? setContext(document, setup, made) : undefined
      },
    },
  ],
  write: ({ host, port, security }) => ({
    file: 'send.py',
    text: `import os
import smtplib
import ssl

context = ssl.create_default_context()
${
  security === 'implicit'
    ? `with smtplib.SMTP_SSL("${host}", ${port}, context=context) as server:\n`
    : `with smtplib.SMTP("${host}", ${port}) as server:\n    server.starttls(context=context)\n`
}    server.login(os.environ["SMTP_USER"], os.environ["SMTP_PASSWORD"])
    server.send_message(message)
`,
  }),
  notes: [
    'starttls() and SMTP_SSL() without a context encrypt, and look at no certificate.',
    'starttls() raises an exception where STARTTLS is not offered: an except that goes on takes that away.',
    'logging.handlers.SMTPHandler(secure=()) calls starttls() without a context.',
    'Flask-Mail, Odoo without its strict setting and Frappe are built on this default.',
  ],
  sources: ['CPython Lib/smtplib.py and Lib/ssl.py 3.11.7 (starttls, SMTP_SSL, _create_stdlib_context)'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'send.py',
      text: 'import smtplib\n\nserver = smtplib.SMTP("smtp.example.com", 587)\nserver.login(user, password)\nserver.send_message(message)\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'send.py',
      text: 'import smtplib\n\n\ndef send(message):\n    with smtplib.SMTP("smtp.example.com", 587) as server:\n        server.ehlo()\n        server.starttls()  # encrypted, to whom?\n        server.login(user, password)\n        server.send_message(message)\n',
      modes: ['required-unverified'],
      fixed: ['required-verified'],
    },
  ],
}
