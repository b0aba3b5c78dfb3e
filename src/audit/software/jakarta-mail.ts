import type { Document } from '../format/index.ts'
import { modeOf } from '../mode.ts'
import type { Settings } from '../settings.ts'
import { gatherSetups } from '../setup.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

/** Jakarta Mail's own properties. `checksNames`: where the server's name is compared unless somebody says no. */
export function judgeJakartaMail(settings: Settings, checksNames: boolean): Verdict {
  const implicit =
    settings.flag('ssl') === true || settings.text('protocol')?.toLowerCase() === 'smtps' || hasSslFactory(settings)
  const required = settings.flag('required') === true
  if (!implicit && !required) {
    return settings.flag('enable') === true
      ? verdict('opportunistic', [
          'required',
          'STARTTLS is used where it is offered; where somebody hides the offer, mail goes out readable',
        ])
      : verdict('plaintext', ['enable', 'STARTTLS is not asked for'])
  }
  const security = implicit ? 'implicit' : 'starttls'
  const how = implicit ? (['ssl', 'TLS from the first octet'] as const) : (['required', 'STARTTLS or no mail'] as const)
  const trust = settings.text('trust')?.trim()
  if (trust !== undefined && trust !== '')
    return verdict(
      modeOf(security, false),
      [
        'trust',
        trust === '*'
          ? 'every certificate is taken'
          : 'whatever certificate these hosts show is taken: it is a list of exceptions',
      ],
      how,
    )
  if (settings.flag('identity') ?? checksNames) return verdict(modeOf(security, true), how)
  return verdict(
    modeOf(security, false),
    ['identity', 'a certificate for any other name is taken: the name is not compared'],
    how,
  )
}

/** The old way to TLS from the first octet. */
function hasSslFactory(settings: Settings): boolean {
  return settings.text('socketFactory')?.endsWith('SSLSocketFactory') === true
}

const jakartaMailNames = {
  host: 'host',
  port: 'port',
  enable: 'starttls.enable',
  required: 'starttls.required',
  ssl: 'ssl.enable',
  identity: 'ssl.checkserveridentity',
  trust: 'ssl.trust',
  socketFactory: 'socketFactory.class',
} as const

/** Both protocols' names, written with whatever stands before them. */
export function keysBelow(prefix: (key: string) => string): Record<string, string[]> {
  const keys = Object.entries(jakartaMailNames).map(([key, name]): [string, string[]] => [
    key,
    [prefix(`mail.smtp.${name}`), prefix(`mail.smtps.${name}`)],
  ])
  return { ...Object.fromEntries(keys), protocol: [prefix('mail.transport.protocol')] }
}

const escape = (key: string): string => key.replaceAll('.', '\\.')
const anchors = ['host', 'port', 'enable', 'required', 'ssl'] as const
const set = { required: 'true', enable: 'true', identity: 'true' }

const source = {
  kind: 'file' as const,
  // `props.put("mail.smtp.host", …)` and its like.
  keys: keysBelow((key) => `**.${escape(key)}`),
  anchors,
  marks: ['mail.smtp'],
  find: (document: Document) =>
    gatherSetups(
      document,
      keysBelow((key) => key),
      ['put', 'setProperty', 'set', 'putIfAbsent', '()', '(0)'],
      anchors,
    ),
  isOurs: ({ text }: Document) => !/spring\.mail\./.test(text),
}

export const jakartaMail: Software = {
  id: 'jakarta-mail',
  name: 'Jakarta Mail',
  kind: 'library',
  places: [
    { ...source, path: /\.java$/, format: 'java' },
    { ...source, path: /\.(?:kts?|groovy|scala)$/, format: 'kotlin' },
    {
      kind: 'file',
      path: /\.properties$/,
      format: 'properties',
      keys: keysBelow(escape),
      anchors,
      marks: ['mail.smtp'],
    },
  ],
  packages: [
    'maven:com.sun.mail:jakarta.mail',
    'maven:com.sun.mail:javax.mail',
    'maven:org.eclipse.angus:angus-mail',
    'maven:org.eclipse.angus:jakarta.mail',
  ],
  judge: (settings) => judgeJakartaMail(settings, false),
  remedies: [
    { security: 'starttls', set, ifSet: { ssl: 'false', trust: '' } },
    { security: 'implicit', set: { ssl: 'true', identity: 'true' }, ifSet: { trust: '' } },
  ],
  write: ({ host, port, security }) => ({
    file: 'mail.properties',
    text: `mail.smtp.host=${host}\nmail.smtp.port=${port}\nmail.smtp.auth=true\n${security === 'implicit' ? 'mail.smtp.ssl.enable=true\n' : 'mail.smtp.starttls.enable=true\nmail.smtp.starttls.required=true\n'}mail.smtp.ssl.checkserveridentity=true\n`,
  }),
  notes: [
    'starttls.enable alone goes on in the clear where STARTTLS is not offered; starttls.required does not.',
    'The name in the certificate is compared by default since Angus Mail 1.1; JavaMail 1.x, Jakarta Mail 2.0 and Angus Mail 1.0 do so only with ssl.checkserveridentity.',
    'ssl.trust, copied from forums, takes the check of the chain away for the hosts it lists.',
    'In some releases of Angus Mail before 2.0.3 the comparison of names was reported not to work (angus-mail discussion 189).',
  ],
  sources: [
    'Angus Mail SocketFetcher.java (configureSSLSocket) 1.0.0, 1.1.0, 2.0.2 and 2.0.5; SMTPTransport.java 2.0.5',
    'Angus Mail COMPAT.txt 2.0.5',
  ],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'Mailer.java',
      text: 'Properties props = new Properties();\nprops.put("mail.smtp.host", "smtp.example.com");\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'mail.properties',
      text: 'mail.smtp.host=smtp.example.com\nmail.smtp.port=587\nmail.smtp.starttls.enable=true\nmail.smtp.ssl.trust=*\n',
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
  ],
}
