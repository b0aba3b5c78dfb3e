import type { Document, Entry } from '../format/index.ts'
import { modeOf } from '../mode.ts'
import type { Settings } from '../settings.ts'
import { findSetups } from '../setup.ts'
import type { FoundSetup, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

function judge(settings: Settings): Verdict {
  // The address goes before the other inputs; its `smtp+starttls` means TLS from the first octet, whatever its name says.
  const scheme = /^[a-z+]+(?=:)/i.exec(settings.text('url') ?? '')?.[0].toLowerCase()
  const implicit =
    scheme === undefined ? (settings.flag('secure') ?? settings.text('port')?.trim() === '465') : scheme === 'smtp+starttls'
  const loose = settings.flag('ignore') === true
  const told = (security: 'starttls' | 'implicit', key: string, words: string): Verdict =>
    loose
      ? verdict(
          modeOf(security, false),
          ['ignore', "the certificate is not looked at: anybody may answer in the server's name"],
          [key, words],
        )
      : verdict(modeOf(security, true), [key, words])
  if (implicit)
    return told(
      'implicit',
      scheme === undefined ? (settings.has('secure') ? 'secure' : 'port') : 'url',
      'TLS from the first octet',
    )
  if (settings.flag('require') === true) return told('starttls', 'require', 'STARTTLS or no mail')
  return verdict('opportunistic', [
    'require',
    'STARTTLS is used where it is offered; where somebody hides the offer, mail goes out readable',
  ])
}

const step = 'jobs.*.steps.*'
const keys = {
  uses: `${step}.uses`,
  host: `${step}.with.server_address`,
  port: `${step}.with.server_port`,
  url: `${step}.with.connection_url`,
  secure: `${step}.with.secure`,
  require: `${step}.with.require_tls`,
  ignore: `${step}.with.ignore_cert`,
}

/** `${{ secrets.PORT }}` is put in when the workflow runs. */
function hide(entry: Entry): Entry {
  const { value } = entry
  return value.kind === 'literal' && value.text.includes('${{')
    ? { ...entry, value: { kind: 'computed', source: '${{ … }}' } }
    : entry
}

function findSteps(document: Document): readonly FoundSetup[] {
  return findSetups(document, { keys, anchors: ['uses'] }).flatMap(({ name, entries }) => {
    const uses = entries['uses']?.value
    if (uses?.kind !== 'literal' || !uses.text.startsWith('dawidd6/action-send-mail@')) return []
    return [{ name, entries: Object.fromEntries(Object.entries(entries).map(([key, entry]) => [key, hide(entry)])) }]
  })
}

export const actionSendMail: Software = {
  id: 'action-send-mail',
  name: 'action-send-mail (GitHub Actions)',
  kind: 'client',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$/,
      format: 'yaml',
      keys,
      anchors: ['uses'],
      marks: ['dawidd6/action-send-mail'],
      find: findSteps,
    },
  ],
  judge,
  // require_tls is too young to be counted on; TLS from the first octet works with every release.
  remedies: [
    {
      security: 'implicit',
      set: { secure: true },
      ifSet: { ignore: false, require: false },
      edit: (_, { entries }) => (entries['url'] ? undefined : []),
    },
  ],
  write: ({ host, port, security }) => ({
    file: '.github/workflows/mail.yml',
    text: `name: mail\non: workflow_dispatch\njobs:\n  mail:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: dawidd6/action-send-mail@main\n        with:\n          server_address: ${host}\n          server_port: ${port}\n          secure: ${String(security === 'implicit')}\n${security === 'starttls' ? '          require_tls: true\n' : ''}          username: \${{ secrets.MAIL_USERNAME }}\n          password: \${{ secrets.MAIL_PASSWORD }}\n          from: YOUR-ADDRESS\n          to: YOUR-ADDRESS\n          subject: YOUR-SUBJECT\n          body: YOUR-TEXT\n`,
  }),
  notes: [
    '`secure` is true by itself on port 465; false does not mean unencrypted, and asks for nothing.',
    'connection_url goes before the other inputs: `smtp://` asks for nothing, `smtp+starttls://` is TLS from the first octet.',
    'require_tls is known since September 2026: an older release does not read it.',
  ],
  sources: [
    'dawidd6/action-send-mail main.js, v3 and later',
    'dawidd6/action-send-mail issue 317',
    'nodemailer lib/smtp-connection/index.js 6.9',
  ],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: '.github/workflows/mail.yml',
      text: 'jobs:\n  mail:\n    steps:\n      - uses: dawidd6/action-send-mail@v3\n        with:\n          server_address: smtp.example.com\n          server_port: 465\n',
      modes: ['implicit-verified'],
    },
    {
      label: 'mistake',
      file: '.github/workflows/mail.yml',
      text: 'jobs:\n  mail:\n    steps:\n      - uses: actions/checkout@v4\n      - uses: dawidd6/action-send-mail@v3\n        with:\n          server_address: smtp.example.com\n          server_port: 587 # submission\n          secure: false\n          password: ${{ secrets.MAIL_PASSWORD }}\n',
      modes: ['opportunistic'],
      fixed: ['implicit-verified'],
    },
  ],
}
