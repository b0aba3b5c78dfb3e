import { type Document, type Edit, type Entry, lineEnd } from '../format/index.ts'
import type { Settings } from '../settings.ts'
import { findSetups } from '../setup.ts'
import type { FoundSetup, Remedy, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

/** Numbers of prefs.js, and the words of a provider's autoconfiguration. */
function judge(settings: Settings): Verdict {
  const words = settings.text('socket')?.toUpperCase()
  if (words === '2' || words === 'STARTTLS')
    return verdict('required-verified', ['socket', 'STARTTLS or no mail, and the certificate must be right'])
  if (words === '3' || words === 'SSL')
    return verdict('implicit-verified', ['socket', 'TLS from the first octet, and the certificate must be right'])
  if (words === '1') return verdict('opportunistic', ['socket', 'an old choice: STARTTLS where it is offered, else readable'])
  return verdict('plaintext', ['socket', 'no TLS: mail and password go out readable'])
}

const pref = /^mail\.(smtpserver|server)\.(\w+)\.(try_ssl|socketType|port|hostname)$/
const keyOf: Readonly<Record<string, string>> = { try_ssl: 'socket', socketType: 'socket', port: 'port', hostname: 'host' }

/** `user_pref("mail.smtpserver.smtp1.try_ssl", 2)`: a server a setup. */
function findServers({ entries }: Document): readonly FoundSetup[] {
  const servers = new Map<string, Record<string, Entry>>()
  for (const entry of entries) {
    const [, kind = '', id = '', name = ''] = pref.exec(entry.path[1] ?? '') ?? []
    const key = keyOf[name]
    if (key === undefined || !/^(?:user_pref|pref|lockPref|defaultPref)$/.test(entry.path[0] ?? '')) continue
    servers.set(`${kind}.${id}`, { ...servers.get(`${kind}.${id}`), [key]: entry })
  }
  return [...servers].flatMap(([name, own]) =>
    own['socket'] || (own['host'] && name.startsWith('smtpserver')) ? [{ name, entries: own }] : [],
  )
}

const xmlKeys = { socket: 'clientConfig.emailProvider.*.socketType', port: 'clientConfig.emailProvider.*.port' }

function remedyOf(security: 'starttls' | 'implicit'): Remedy {
  const [number, word, port] = security === 'implicit' ? ['3', 'SSL', '465'] : ['2', 'STARTTLS', '587']
  return {
    security,
    set: {},
    edit: (document, { name, entries }) => {
      const isXml = document.format === 'xml'
      const { socket, port: old, host } = entries
      const put = (entry: Entry, text: string): Edit => ({ start: entry.start, end: entry.end, text })
      // Ports of other services (IMAP, POP) are not ours to choose, and that of an XML file is seen to already.
      const sends = isXml || name.startsWith('smtpserver')
      const at = old?.value.kind === 'literal' ? old.value.text : undefined
      if (!sends || (security === 'starttls' && at === '465')) return undefined
      const moved = old && !isXml && (security === 'implicit' ? at !== '465' : at === '25') ? [put(old, port)] : []
      if (socket) return [...moved, put(socket, isXml ? word : number)]
      const line = host && document.text.indexOf('\n', host.end)
      return line === undefined || line === -1
        ? undefined
        : [
            ...moved,
            { start: line + 1, end: line + 1, text: `user_pref("mail.${name}.try_ssl", ${number});${lineEnd(document.text)}` },
          ]
    },
    also: 'Close Thunderbird first: it writes prefs.js anew when it ends.',
  }
}

export const thunderbird: Software = {
  id: 'thunderbird',
  name: 'Thunderbird',
  kind: 'client',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)(?:prefs|user|mozilla|autoconfig)\.(?:js|cfg)$/,
      format: 'javascript',
      keys: {},
      anchors: [],
      marks: ['mail.smtpserver', 'mail.server'],
      find: findServers,
    },
    {
      kind: 'file',
      path: /\.xml$/,
      format: 'xml',
      keys: xmlKeys,
      anchors: ['socket'],
      marks: ['<clientConfig'],
      find: (document) =>
        findSetups(document, { keys: xmlKeys, anchors: ['socket'] }).filter(({ name }) => name.startsWith('outgoingServer')),
    },
  ],
  judge,
  remedies: [remedyOf('starttls'), remedyOf('implicit')],
  instead: "For a server that mail is fetched from, choose SSL/TLS in the account's settings, with port 993 or 995.",
  write: ({ host, port, security }) => ({
    file: 'user.js',
    text: `user_pref("mail.smtpserver.smtp1.hostname", "${host}");\nuser_pref("mail.smtpserver.smtp1.port", ${port});\nuser_pref("mail.smtpserver.smtp1.try_ssl", ${security === 'implicit' ? 3 : 2});\n`,
  }),
  notes: [
    'try_ssl is for servers that send, socketType for those that mail is fetched from: 0 none, 2 STARTTLS, 3 TLS from the first octet; 1 is no longer offered.',
    'Where try_ssl is not set, mail.smtpserver.default.try_ssl counts, and that is 0.',
    'Exceptions that somebody clicked through stand in cert_override.txt, and weaken what is said here.',
    'Some entries of the provider database still say `plain`.',
  ],
  sources: ['Thunderbird mailnews/mailnews.js (defaults)', 'thunderbird/autoconfig ispdb'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'prefs.js',
      text: 'user_pref("mail.smtpserver.smtp1.hostname", "smtp.example.com");\nuser_pref("mail.smtpserver.smtp1.username", "me");\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'prefs.js',
      text: '// Mozilla User Preferences\nuser_pref("mail.smtpserver.smtp1.hostname", "smtp.example.com");\nuser_pref("mail.smtpserver.smtp1.port", 465);\nuser_pref("mail.smtpserver.smtp1.try_ssl", 0);\n',
      modes: ['plaintext'],
      fixed: ['implicit-verified'],
    },
    {
      label: 'mistake',
      file: 'example.com.xml',
      text: '<clientConfig version="1.1">\n  <emailProvider id="example.com">\n    <outgoingServer type="smtp">\n      <hostname>smtp.example.com</hostname>\n      <port>587</port>\n      <socketType>plain</socketType>\n    </outgoingServer>\n  </emailProvider>\n</clientConfig>\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
  ],
}
