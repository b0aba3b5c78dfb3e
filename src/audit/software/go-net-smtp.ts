import type { Call, Document, Entry } from '../format/index.ts'
import { modeOf } from '../mode.ts'
import { argumentOf, maxObjects, note, present } from '../object.ts'
import type { Settings } from '../settings.ts'
import { doubtConditions } from '../setup.ts'
import type { FoundSetup, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

/** `SendMail` asks for STARTTLS where it is offered; a dialogue of one's own is as good as its calls. */
function judge(settings: Settings): Verdict {
  const way = settings.text('way')
  if (way === 'SendMail')
    return verdict('opportunistic', [
      'way',
      'SendMail uses STARTTLS where it is offered; where somebody hides the offer, mail goes out readable, and with PlainAuth fails',
    ])
  if (way === 'plain') return verdict('plaintext', ['way', 'StartTLS is not called on this connection'])
  if (way === 'if-offered')
    return verdict('opportunistic', [
      'way',
      'StartTLS is called where it is offered; where somebody hides the offer, mail goes out readable',
    ])
  const security = way === 'tls' ? 'implicit' : 'starttls'
  const how = ['way', security === 'implicit' ? 'TLS from the first octet' : 'STARTTLS or no mail'] as const
  return settings.flag('insecure') === true
    ? verdict(
        modeOf(security, false),
        ['insecure', "the certificate is not looked at: anybody may answer in the server's name"],
        how,
      )
    : verdict(modeOf(security, true), how)
}

function ends(call: Call, ...names: readonly string[]): boolean {
  return names.every((name, at) => call.path.at(at - names.length) === name)
}

function find(document: Document): FoundSetup[] {
  const calls = document.calls.toSorted((a, b) => a.start - b.start)
  const starts = calls.filter(
    (call) => ends(call, 'smtp', 'SendMail') || ends(call, 'smtp', 'Dial') || ends(call, 'smtp', 'NewClient'),
  )
  const upgrades = calls.filter((call) => ends(call, 'StartTLS'))
  const secure = calls.filter(
    (call) => ends(call, 'tls', 'Dial') || ends(call, 'tls', 'DialWithDialer') || ends(call, 'tls', 'Client'),
  )
  return starts.slice(0, maxObjects).map((call, at) => {
    const next = starts[at + 1]?.start ?? Infinity
    const name = `${call.path.at(-1) ?? ''} ${at + 1}`
    if (ends(call, 'smtp', 'SendMail')) {
      const entries = present({ address: argumentOf(document, call, 0), way: note(call, 'SendMail') })
      return { name, entries }
    }
    const starttls = upgrades.find((own) => own.start > call.start && own.start < next)
    const tls = secure.findLast((own) => own.end <= call.start)
    const before = starts[at - 1]?.end ?? 0
    const secured = ends(call, 'smtp', 'NewClient') && tls !== undefined && tls.start > before ? tls : undefined
    const how = starttls ?? secured
    const entries = present({
      address: ends(call, 'smtp', 'Dial') ? argumentOf(document, call, 0) : secured && argumentOf(document, secured, 1),
      made: note(call, 'here'),
      way: starttls ? readStartTls(document, starttls) : note(secured ?? call, secured ? 'tls' : 'plain'),
      insecure: how && readInsecure(document, how),
    })
    return { name, entries: doubtConditions(entries, ['made']) }
  })
}

/** `if ok, _ := c.Extension("STARTTLS"); ok {` is a condition that can be read: unless it has an else that gives up. */
function readStartTls(document: Document, call: Call): Entry {
  const condition = call.branch?.at(-1)
  const line = condition === undefined ? '' : document.text.slice(document.text.lastIndexOf('\n', condition) + 1, condition)
  return /Extension\("STARTTLS"\)/.test(line) && !/!ok/.test(line)
    ? { ...note(call, 'if-offered'), branch: call.branch?.slice(0, -1) ?? [] }
    : note(call, 'starttls')
}

/** In the call's own table, or in that of the variable it is given. */
function readInsecure(document: Document, call: Call): Entry | undefined {
  const inside = document.entries.find(
    ({ path, start, end }) => start >= call.start && end <= call.end && path.at(-1) === 'InsecureSkipVerify',
  )
  if (inside) return inside
  const config = [0, 1, 2, 3].flatMap((at) => argumentOf(document, call, at) ?? []).at(-1)
  const name = config && document.text.slice(config.start, config.end)
  if (name === undefined || name === 'nil' || !/^\w+(?:\.\w+)*$/.test(name)) return undefined
  const parts = name.split('.')
  const isSet = (wanted: readonly string[]) =>
    document.entries.findLast(
      ({ path, start }) => start < call.end && path.length === wanted.length && wanted.every((part, at) => path[at] === part),
    )
  // A variable whose making is in this file has nothing of the kind; any other may.
  return isSet([...parts, 'InsecureSkipVerify']) ?? (isSet(parts) ? undefined : config)
}

/** The way stays as it is: another would be another dialogue. */
function only(way: 'starttls' | 'tls') {
  return (_: Document, { entries }: FoundSetup) =>
    entries['way']?.value.kind === 'literal' && entries['way'].value.text === way ? [] : undefined
}

export const goNetSmtp: Software = {
  id: 'go-net-smtp',
  name: 'Go net/smtp',
  kind: 'library',
  places: [
    {
      kind: 'file',
      path: /\.go$/,
      format: 'go',
      keys: { address: '**.smtp.SendMail.(0)', insecure: '**.InsecureSkipVerify' },
      anchors: ['address'],
      marks: ['"net/smtp"'],
      find,
    },
  ],
  judge,
  remedies: [
    { security: 'starttls', set: {}, ifSet: { insecure: false }, edit: only('starttls') },
    { security: 'implicit', set: {}, ifSet: { insecure: false }, edit: only('tls') },
  ],
  instead:
    'SendMail cannot be told to demand STARTTLS. Dial, give up where c.Extension("STARTTLS") says no, and call c.StartTLS(&tls.Config{ServerName: host}); or tls.Dial on port 465 and smtp.NewClient.',
  write: ({ host, port, security }) => ({
    file: 'mail.go',
    text: `package mail

import (
	"crypto/tls"
	${security === 'implicit' ? '' : '"errors"\n\t'}"net/smtp"
)

func dial() (*smtp.Client, error) {
${
  security === 'implicit'
    ? `	conn, err := tls.Dial("tcp", "${host}:${port}", &tls.Config{ServerName: "${host}"})
	if err != nil {
		return nil, err
	}
	return smtp.NewClient(conn, "${host}")
`
    : `	c, err := smtp.Dial("${host}:${port}")
	if err != nil {
		return nil, err
	}
	if ok, _ := c.Extension("STARTTLS"); !ok {
		return nil, errors.New("STARTTLS is not offered")
	}
	if err := c.StartTLS(&tls.Config{ServerName: "${host}"}); err != nil {
		return nil, err
	}
	return c, nil
`
}}
`,
  }),
  notes: [
    'Where SendMail does use STARTTLS it checks the certificate.',
    'PlainAuth sends the password only inside of TLS or to localhost; without it the mail itself goes out readable when the offer is hidden.',
  ],
  sources: ['Go src/net/smtp/smtp.go (SendMail, StartTLS) and auth.go (PlainAuth), commit 07858f11'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'mail.go',
      text: 'package main\n\nimport "net/smtp"\n\nfunc send(msg []byte) error {\n\treturn smtp.SendMail("smtp.example.com:587", auth, from, to, msg)\n}\n',
      modes: ['opportunistic'],
    },
    {
      label: 'mistake',
      file: 'mail.go',
      text: 'package main\n\nimport (\n\t"crypto/tls"\n\t"net/smtp"\n)\n\nfunc send() error {\n\tc, err := smtp.Dial("smtp.example.com:587")\n\tif err != nil {\n\t\treturn err\n\t}\n\t// the certificate expired\n\tif err = c.StartTLS(&tls.Config{InsecureSkipVerify: true}); err != nil {\n\t\treturn err\n\t}\n\treturn c.Quit()\n}\n',
      modes: ['required-unverified'],
      fixed: ['required-verified'],
    },
  ],
}
