import type { Document, Entry } from '../format/index.ts'
import { modeOf } from '../mode.ts'
import { addStatement, findObjects, note, present } from '../object.ts'
import type { Settings } from '../settings.ts'
import { doubtConditions, merge } from '../setup.ts'
import type { FoundSetup, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

/** The name is compared only where setSSLCheckServerIdentity goes with setSSLOnConnect or setStartTLSEnabled. */
function judge(settings: Settings): Verdict {
  const implicit = settings.flag('ssl') === true
  const enabled = settings.flag('enabled') === true
  if (!implicit && settings.flag('required') !== true)
    return enabled
      ? verdict('opportunistic', [
          'required',
          'STARTTLS is used where it is offered; where somebody hides the offer, mail goes out readable',
        ])
      : verdict('plaintext', ['enabled', 'STARTTLS is not asked for'])
  const security = implicit ? 'implicit' : 'starttls'
  const how = implicit ? (['ssl', 'TLS from the first octet'] as const) : (['required', 'STARTTLS or no mail'] as const)
  if (settings.flag('identity') !== true)
    return verdict(
      modeOf(security, false),
      ['identity', 'a certificate for any other name is taken: the name is not compared'],
      how,
    )
  if (!implicit && !enabled)
    return verdict(
      modeOf(security, false),
      ['enabled', 'without setStartTLSEnabled(true) the check of the name is left out'],
      how,
    )
  return verdict(modeOf(security, true), how)
}

const setters = {
  host: ['setHostName'],
  port: ['setSmtpPort'],
  enabled: ['setStartTLSEnabled', 'setTLS'],
  required: ['setStartTLSRequired'],
  ssl: ['setSSLOnConnect', 'setSSL'],
  identity: ['setSSLCheckServerIdentity'],
} as const

function find(document: Document): FoundSetup[] {
  const objects = findObjects(document, /^(?:Simple|MultiPart|Html|ImageHtml)Email$/)
  return objects.flatMap((object, index) => {
    const stop = objects[index + 1]?.made?.start ?? Infinity
    const start = object.made?.start ?? 0
    const setting = (names: readonly string[]): Entry | undefined => {
      const own = names.flatMap((name) => object.argument(name, 0) ?? [])
      // `email.setA(true).setB(true)`: the second has no name before it.
      const chained = document.entries.filter(
        ({ path, start: at }) =>
          path.length === 2 && path[1] === '(0)' && names.includes(path[0] ?? '') && at > start && at < stop,
      )
      const [first, ...others] = [...own, ...chained]
      return first && others.reduce(merge, first)
    }
    const entries = present({
      ...Object.fromEntries(Object.entries(setters).map(([key, names]) => [key, setting(names)])),
      made: object.made && note(object.made, 'here'),
    })
    return entries['host'] || entries['enabled'] || entries['required'] || entries['ssl']
      ? [{ name: object.name, entries: doubtConditions(entries, ['host', 'made']) }]
      : []
  })
}

/** Sets what is not set, in lines behind the host. */
function addSetters(wanted: Readonly<Record<string, string>>) {
  return (document: Document, { name, entries }: FoundSetup) => {
    const behind = entries['host'] ?? entries['made']
    const variable = name.replace(/ \d+$/, '')
    if (!behind || !/^\w+$/.test(variable)) return undefined
    const lines = Object.entries(wanted).flatMap(([key, setter]) => (entries[key] ? [] : [`${variable}.${setter}(true);`]))
    const [first] = lines
    if (first === undefined) return []
    const { start, end, text } = addStatement(document, behind.end, first)
    const indent = text.slice(0, text.length - first.length)
    return [{ start, end, text: lines.map((line) => `${indent}${line}`).join('') }]
  }
}

const source = {
  kind: 'file' as const,
  // Without the port: with setSSLOnConnect that of setSslSmtpPort counts, which is 465 by itself.
  keys: Object.fromEntries(Object.entries(setters).flatMap(([key, [name]]) => (key === 'port' ? [] : [[key, `**.${name}.(0)`]]))),
  anchors: ['host'],
  marks: ['commons.mail'],
  find,
}

export const commonsEmail: Software = {
  id: 'commons-email',
  name: 'Apache Commons Email',
  kind: 'library',
  places: [
    { ...source, path: /\.java$/, format: 'java' },
    { ...source, path: /\.(?:kts?|groovy|scala)$/, format: 'kotlin' },
  ],
  packages: [
    'maven:org.apache.commons:commons-email',
    'maven:org.apache.commons:commons-email2-jakarta',
    'maven:org.apache.commons:commons-email2-javax',
  ],
  judge,
  remedies: [
    {
      security: 'starttls',
      set: {},
      ifSet: { ssl: false, enabled: true, required: true, identity: true },
      edit: addSetters({ enabled: 'setStartTLSEnabled', required: 'setStartTLSRequired', identity: 'setSSLCheckServerIdentity' }),
    },
    {
      security: 'implicit',
      set: {},
      ifSet: { ssl: true, identity: true },
      edit: addSetters({ ssl: 'setSSLOnConnect', identity: 'setSSLCheckServerIdentity' }),
      also: 'With setSSLOnConnect the port is that of setSslSmtpPort, 465 unless it is set.',
    },
  ],
  notes: [
    'setStartTLSRequired(true) with setSSLCheckServerIdentity(true) alone compares no name: the latter is heard only beside setStartTLSEnabled(true) or setSSLOnConnect(true).',
    'commons-email2-jakarta over Angus Mail 1.1 and later compares names by default; over JavaMail 1.x nothing does by itself.',
  ],
  sources: ['commons-email2-javax Email.java (getMailSession, isStartTLSEnabled) 2.0', 'COMMONS EMAIL-105'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'Send.java',
      text: 'import org.apache.commons.mail.SimpleEmail;\n\nclass Send {\n    void send() {\n        Email email = new SimpleEmail();\n        email.setHostName("smtp.example.com");\n        email.send();\n    }\n}\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'Send.java',
      text: 'import org.apache.commons.mail.HtmlEmail;\n\nHtmlEmail email = new HtmlEmail();\nemail.setHostName("smtp.example.com");\nemail.setSmtpPort(587);\nemail.setStartTLSEnabled(true); // encrypted?\nemail.setStartTLSRequired(false);\n',
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
  ],
}
