import type { Document } from '../format/index.ts'
import { modeOf } from '../mode.ts'
import { addStatement, argumentOf, findObjects, note, present } from '../object.ts'
import type { Settings } from '../settings.ts'
import { doubtConditions } from '../setup.ts'
import type { FoundSetup, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

/** `NewDialer` turns SSL on for port 465 alone; only mail.v2 has a policy for STARTTLS. */
function judge(settings: Settings): Verdict {
  const flaw = settings.flag('insecure') === true
  const unverified = ['insecure', "the certificate is not looked at: anybody may answer in the server's name"] as const
  if (settings.flag('ssl') ?? (settings.has('port') && settings.number('port') === 465)) {
    const how = ['ssl', 'TLS from the first octet'] as const
    return flaw ? verdict(modeOf('implicit', false), unverified, how) : verdict(modeOf('implicit', true), how)
  }
  if (settings.text('library') === 'gomail')
    return verdict('opportunistic', [
      'library',
      'gomail itself cannot demand STARTTLS: where somebody hides the offer, mail goes out readable',
    ])
  const policy = settings.choice('policy', ['MandatoryStartTLS', 'NoStartTLS', 'OpportunisticStartTLS'])
  if (policy === 'NoStartTLS') return verdict('plaintext', ['policy', 'STARTTLS is left alone even where it is offered'])
  if (policy !== 'MandatoryStartTLS')
    return verdict('opportunistic', [
      'policy',
      'STARTTLS is used where it is offered; where somebody hides the offer, mail goes out readable',
    ])
  const how = ['policy', 'STARTTLS or no mail'] as const
  return flaw ? verdict(modeOf('starttls', false), unverified, how) : verdict(modeOf('starttls', true), how)
}

const maker = /^(?:New(?:Plain)?)?Dialer$/

function find(document: Document): FoundSetup[] {
  const forked = /["'](?:gopkg\.in\/mail\.v2|github\.com\/go-mail\/mail(?:\/v2)?)["']/.test(document.text)
  return findObjects(document, maker).flatMap((object) => {
    const { made, property } = object
    const host = property('Host')
    const at = made ?? host
    if (!at) return []
    const entries = present({
      host: host ?? (made && argumentOf(document, made, 0)),
      port: property('Port') ?? (made && argumentOf(document, made, 1)),
      // Only NewDialer looks at the port.
      ssl: property('SSL') ?? (made ? undefined : note(at, 'false')),
      policy: property('StartTLSPolicy'),
      insecure: property('TLSConfig', 'InsecureSkipVerify') ?? property('TLSConfig', '(rest)'),
      library: note(at, forked ? 'mail.v2' : 'gomail'),
      made: note(at, 'here'),
    })
    return [{ name: object.name, entries: doubtConditions(entries, ['made']) }]
  })
}

/** A field that is not set yet, in a line behind the dialer. */
function addField(key: string, field: string, value: (document: Document) => string | undefined) {
  return (document: Document, setup: FoundSetup) => {
    const { made } = setup.entries
    if (setup.entries[key]) return []
    const text = value(document)
    const variable = setup.name.replace(/ \d+$/, '')
    return made && text !== undefined && /^\w+(?:\.\w+)*$/.test(variable) && !variable.includes('Dialer')
      ? [addStatement(document, made.end, `${variable}.${field} = ${text}`)]
      : undefined
  }
}

/** The name under which the file imports mail.v2. */
function packageOf({ text }: Document): string | undefined {
  return /\b(\w+)\.New(?:Plain)?Dialer\(/.exec(text)?.[1]
}

export const gomail: Software = {
  id: 'gomail',
  name: 'gomail and mail.v2 (Go)',
  kind: 'library',
  places: [
    {
      kind: 'file',
      path: /\.go$/,
      format: 'go',
      keys: {
        host: '**.Host',
        port: '**.Port',
        ssl: '**.SSL',
        policy: '**.StartTLSPolicy',
        insecure: '**.TLSConfig.InsecureSkipVerify',
      },
      anchors: ['host'],
      marks: ['gomail', 'gopkg.in/mail.v2', 'go-mail/mail'],
      find,
    },
  ],
  packages: ['go:gopkg.in/mail.v2', 'go:gopkg.in/gomail.v2', 'go:github.com/go-mail/mail', 'go:github.com/go-gomail/gomail'],
  judge,
  remedies: [
    {
      security: 'starttls',
      set: {},
      ifSet: { ssl: false, insecure: false },
      rewrite: {},
      edit: (document, setup) => {
        const name = packageOf(document)
        const { policy, library } = setup.entries
        if (name === undefined || library?.value.kind !== 'literal' || library.value.text === 'gomail') return undefined
        if (policy?.value.kind === 'literal')
          return policy.value.text.endsWith('MandatoryStartTLS')
            ? []
            : [{ start: policy.start, end: policy.end, text: `${name}.MandatoryStartTLS` }]
        return addField('policy', 'StartTLSPolicy', () => `${name}.MandatoryStartTLS`)(document, setup)
      },
    },
    {
      security: 'implicit',
      set: {},
      ifSet: { ssl: true, insecure: false },
      edit: addField('ssl', 'SSL', () => 'true'),
    },
  ],
  notes: [
    'gomail (gopkg.in/gomail.v2) has no policy at all and is no longer kept up: STARTTLS there is never demanded. Its successor mail.v2 has StartTLSPolicy.',
    'Without a TLSConfig of its own the certificate is checked against the host of the dialer.',
    'A TLSConfig without ServerName and with InsecureSkipVerify is the usual way to silence a wrong certificate.',
  ],
  sources: ['go-mail/mail smtp.go 2.3.1 (Dialer, Dial, StartTLSPolicy)', 'go-gomail/gomail smtp.go 2.0'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'mail.go',
      text: 'package main\n\nimport "gopkg.in/mail.v2"\n\nfunc send(m *mail.Message) error {\n\td := mail.NewDialer("smtp.example.com", 587, user, password)\n\treturn d.DialAndSend(m)\n}\n',
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'mail.go',
      text: 'package main\n\nimport gomail "gopkg.in/gomail.v2"\n\nfunc send(m *gomail.Message) error {\n\td := gomail.NewDialer("smtp.example.com", 587, user, password)\n\td.TLSConfig = &tls.Config{InsecureSkipVerify: true}\n\treturn d.DialAndSend(m)\n}\n',
      modes: ['opportunistic'],
      fixed: ['implicit-verified'],
    },
  ],
}
