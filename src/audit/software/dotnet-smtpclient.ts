import type { Document, Edit } from '../format/index.ts'
import { addStatement, argumentOf, findObjects, note, present } from '../object.ts'
import type { Settings } from '../settings.ts'
import { doubtConditions } from '../setup.ts'
import type { FoundSetup, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'
import { readCallback, removeStatement } from './mailkit.ts'

/** EnableSsl is STARTTLS or no mail; there is no other way to TLS. */
function judge(settings: Settings): Verdict {
  if (settings.flag('ssl') !== true)
    return verdict('plaintext', ['ssl', 'EnableSsl is off, its default: STARTTLS is not asked for'])
  const how =
    settings.number('port') === 465
      ? (['port', 'STARTTLS or no mail; on port 465 the client waits in vain, for it knows no TLS from the first octet'] as const)
      : (['ssl', 'STARTTLS or no mail'] as const)
  return settings.text('callback') === 'everything'
    ? verdict('required-unverified', ['callback', 'every certificate is taken, by the whole process'], how)
    : verdict('required-verified', how)
}

function find(document: Document): FoundSetup[] {
  const callback = readCallback(
    document,
    document.entries.find(
      ({ path }) => path.at(-1) === 'ServerCertificateValidationCallback' && path.includes('ServicePointManager'),
    ),
  )
  return findObjects(document, /^SmtpClient$/).flatMap((object) => {
    const { made, property } = object
    const entries = present({
      host: property('Host') ?? (made && argumentOf(document, made, 0)),
      port: property('Port') ?? (made && argumentOf(document, made, 1)),
      ssl: property('EnableSsl'),
      made: made && note(made, 'here'),
    })
    if (!entries['host'] && !entries['ssl']) return []
    return [{ name: object.name, entries: { ...doubtConditions(entries, ['made', 'host']), ...(callback ? { callback } : {}) } }]
  })
}

const network = (name: string): string => `configuration.**.system\\.net.mailSettings.smtp.network.@${name}`

export const dotnetSmtpClient: Software = {
  id: 'dotnet-smtpclient',
  name: 'System.Net.Mail.SmtpClient (.NET)',
  kind: 'library',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)[\w.-]*(?:app|web|exe)(?:\.[\w-]+)?\.config$/i,
      format: 'xml',
      keys: { host: network('host'), port: network('port'), ssl: network('enableSsl') },
      anchors: ['host', 'ssl'],
    },
    {
      kind: 'file',
      path: /\.cs$/,
      format: 'csharp',
      keys: { host: '**.Host', port: '**.Port', ssl: '**.EnableSsl' },
      anchors: ['host'],
      marks: ['System.Net.Mail'],
      isOurs: ({ text }) => !text.includes('MailKit'),
      find,
    },
  ],
  judge,
  remedies: [
    { security: 'starttls', set: { ssl: true } },
    {
      security: 'starttls',
      set: {},
      ifSet: { ssl: true },
      edit: (document, { name, entries }): readonly Edit[] | undefined => {
        const { made, ssl, callback } = entries
        const gone = callback && removeStatement(document, callback)
        if (callback && !gone) return undefined
        const variable = name.replace(/ \d+$/, '')
        const lacking = !ssl && made && /^\w+$/.test(variable) && isAlone(document, made.end)
        if (!ssl && !lacking) return undefined
        return [
          ...(gone ? [gone] : []),
          ...(made && !ssl ? [addStatement(document, made.end, `${variable}.EnableSsl = true;`)] : []),
        ]
      },
    },
  ],
  write: ({ host, port }) => ({
    file: 'app.config',
    text: `<?xml version="1.0" encoding="utf-8"?>
<configuration>
  <system.net>
    <mailSettings>
      <smtp deliveryMethod="Network">
        <network host="${host}" port="${port}" enableSsl="true" userName="YOUR-USER" password="YOUR-PASSWORD" />
      </smtp>
    </mailSettings>
  </system.net>
</configuration>
`,
  }),
  notes: [
    'There is no TLS from the first octet: port 465 hangs. Take a port with STARTTLS, or MailKit.',
    'ServicePointManager.ServerCertificateValidationCallback counts for the whole process, not for mail alone.',
    'Microsoft itself recommends MailKit for new programs.',
  ],
  sources: [
    '.NET documentation, SmtpClient.EnableSsl and <network> element of <mailSettings>',
    'dotnet/runtime SmtpConnection.cs',
  ],
  checkedOn: '2026-11-24',
  confidence: 'documentation',
  examples: [
    {
      label: 'default',
      file: 'app.config',
      text: '<configuration>\n  <system.net>\n    <mailSettings>\n      <smtp>\n        <network host="smtp.example.com" port="587" />\n      </smtp>\n    </mailSettings>\n  </system.net>\n</configuration>\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'Mailer.cs',
      text: 'using System.Net.Mail;\n\nServicePointManager.ServerCertificateValidationCallback = delegate { return true; };\nvar client = new SmtpClient("smtp.example.com", 587);\nclient.Send(message);\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
  ],
}

/** Whether the statement ends there, so that another may follow. */
function isAlone({ text }: Document, end: number): boolean {
  return /^\s*;/.test(text.slice(end, end + 40))
}
