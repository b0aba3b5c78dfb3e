import type { Document } from '../format/index.ts'
import { modeOf } from '../mode.ts'
import { addArgument, argumentOf, findObjects, note, present } from '../object.ts'
import type { Settings } from '../settings.ts'
import { doubtConditions } from '../setup.ts'
import type { FoundSetup, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'
import { readContext } from './python-context.ts'

/** start_tls has three values: None, its default since 2.0, asks where it is offered. */
function judge(settings: Settings): Verdict {
  const implicit = settings.flag('useTls') === true
  const called = settings.text('called') !== undefined
  const startTls = called
    ? true
    : settings.has('startTls')
      ? settings.flag('startTls')
      : settings.since('2.0')
        ? undefined
        : false
  if (!implicit && startTls === false)
    return verdict('plaintext', [
      'startTls',
      settings.has('startTls')
        ? 'STARTTLS is left alone even where it is offered'
        : 'before 2.0 STARTTLS is not asked for by itself',
    ])
  if (!implicit && startTls === undefined)
    return verdict('opportunistic', [
      'startTls',
      'STARTTLS is used where it is offered; where somebody hides the offer, mail goes out readable',
    ])
  const security = implicit ? 'implicit' : 'starttls'
  const how = implicit ? (['useTls', 'TLS from the first octet'] as const) : (['startTls', 'STARTTLS or no mail'] as const)
  const context = settings.text('context')
  const unverified = context === undefined ? settings.flag('validate') === false : context !== 'verified'
  return unverified
    ? verdict(
        modeOf(security, false),
        [context === undefined ? 'validate' : 'context', "no certificate is looked at: anybody may answer in the server's name"],
        how,
      )
    : verdict(modeOf(security, true), how)
}

const names = { host: 'hostname', port: 'port', startTls: 'start_tls', useTls: 'use_tls', validate: 'validate_certs' } as const

function find(document: Document): FoundSetup[] {
  return findObjects(document, /^(?:SMTP|send)$/).flatMap((object) => {
    const { made, calls } = object
    if (!made || (made.path.at(-1) === 'send' && !/aiosmtplib/.test(made.path.at(-2) ?? '') && made.path.length > 1)) return []
    const connect = calls.find(({ path }) => path.at(-1) === 'connect')
    const starttls = calls.find(({ path }) => path.at(-1) === 'starttls')
    // What connect() is given goes before what the client was made with.
    const given = (name: string) => (connect && argumentOf(document, connect, name)) ?? argumentOf(document, made, name)
    const entries = present({
      ...Object.fromEntries(Object.entries(names).map(([key, name]) => [key, given(name)])),
      context: readContext(document, given('tls_context')),
      called: starttls && note(starttls, 'starttls()'),
      rest: argumentOf(document, made, '(rest)'),
      made: note(made, 'here'),
    })
    return entries['host'] || entries['startTls'] || entries['useTls'] || entries['rest'] || made.path.at(-1) === 'SMTP'
      ? [{ name: object.name, entries: doubtConditions(entries, ['made']) }]
      : []
  })
}

function demand(name: 'start_tls' | 'use_tls') {
  return (document: Document, { entries }: FoundSetup) => {
    const key = name === 'start_tls' ? 'startTls' : 'useTls'
    const call = document.calls.find(({ start, end }) => start === entries['made']?.start && end === entries['made'].end)
    const { context } = entries
    if (!call || (context && !(context.value.kind === 'literal' && context.value.text === 'verified'))) return undefined
    return entries[key] ? [] : [addArgument(document, call, `${name}=True`)]
  }
}

export const aiosmtplib: Software = {
  id: 'aiosmtplib',
  name: 'aiosmtplib',
  kind: 'library',
  places: [
    {
      kind: 'file',
      path: /\.py$/,
      format: 'python',
      keys: Object.fromEntries(Object.entries(names).map(([key, name]) => [key, `**.().${name}`])),
      anchors: ['host'],
      marks: ['aiosmtplib'],
      isOurs: ({ text }) => /^\s*(?:import|from)\s+aiosmtplib\b/m.test(text),
      find,
    },
  ],
  packages: ['pypi:aiosmtplib'],
  boundaries: ['2.0'],
  judge,
  remedies: [
    // `start_tls=None` is a value of its own, which the edit leaves and `ifSet` replaces.
    { security: 'starttls', set: {}, ifSet: { startTls: true, useTls: false, validate: true }, edit: demand('start_tls') },
    { security: 'implicit', set: {}, ifSet: { useTls: true, startTls: false, validate: true }, edit: demand('use_tls') },
  ],
  write: ({ host, port, security }) => ({
    file: 'send.py',
    text: `import os

import aiosmtplib


async def send(message):
    await aiosmtplib.send(
        message,
        hostname="${host}",
        port=${port},
        ${security === 'implicit' ? 'use_tls' : 'start_tls'}=True,
        username=os.environ["SMTP_USER"],
        password=os.environ["SMTP_PASSWORD"],
    )
`,
  }),
  notes: [
    'Certificates are checked unless validate_certs is False or a tls_context says otherwise.',
    'start_tls and use_tls exclude each other.',
    'Before 2.0 start_tls was off by default and nothing was encrypted.',
  ],
  sources: [
    'aiosmtplib src/aiosmtplib/smtp.py 5.1.2 (defaults, _maybe_start_tls_on_connect), api.py 1.1.7 and 2.0.0',
    'aiosmtplib docs/encryption.rst',
  ],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'send.py',
      text: 'import aiosmtplib\n\nasync def send(message):\n    await aiosmtplib.send(message, hostname="smtp.example.com", port=587)\n',
      modes: ['plaintext', 'opportunistic'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'send.py',
      text: 'import aiosmtplib\n\nasync def send(message):\n    await aiosmtplib.send(\n        message,\n        hostname="smtp.example.com",\n        port=587,\n        start_tls=True,\n        validate_certs=False,  # self-signed\n    )\n',
      modes: ['required-unverified'],
      fixed: ['required-verified'],
    },
  ],
}
