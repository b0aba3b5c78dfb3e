import type { Software } from '../software.ts'
import { judgeJakartaMail, keysBelow } from './jakarta-mail.ts'

const prefix = 'spring.mail.properties'
const escape = (key: string): string => key.replaceAll('.', '\\.')
const own = { host: 'spring.mail.host', port: 'spring.mail.port', protocol: 'spring.mail.protocol' } as const
const set = { enable: true, required: true, identity: true }

/** A property may be written as one at any of its dots: `starttls.enable: true` below `mail.smtp`. */
function splits(key: string): string[] {
  const [first, ...others] = key.split('.')
  if (first === undefined || others.length === 0) return [key]
  return splits(others.join('.')).flatMap((rest) => [`${first}.${rest}`, `${first}\\.${rest}`])
}

/** Spring's own part stands apart, or all of it is one; all apart comes first, for what a mend adds. */
function yamlPaths(key: string): string[] {
  const own = key.startsWith(`${prefix}.`) ? `${prefix}.` : ''
  const below = splits(key.slice(own.length)).map((path) => own + path)
  return [...below.toSorted((x, y) => x.length - y.length), escape(key)]
}

const names = keysBelow((key) => `${prefix}.${key}`)

export const springBoot: Software = {
  id: 'spring-boot',
  name: 'Spring Boot',
  kind: 'framework',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)(?:application|bootstrap)(?:-[\w.-]+)?\.properties$/,
      format: 'properties',
      keys: {
        ...Object.fromEntries(Object.entries(names).map(([key, paths]) => [key, paths.map(escape)])),
        ...Object.fromEntries(Object.entries(own).map(([key, path]) => [key, escape(path)])),
      },
      anchors: ['host', 'enable', 'required', 'ssl'],
      marks: ['spring.mail'],
    },
    {
      kind: 'file',
      path: /(?:^|\/)(?:application|bootstrap)(?:-[\w.-]+)?\.ya?ml$/,
      format: 'yaml',
      keys: {
        ...Object.fromEntries(Object.entries(names).map(([key, paths]) => [key, paths.flatMap(yamlPaths)])),
        ...Object.fromEntries(Object.entries(own).map(([key, path]) => [key, yamlPaths(path)])),
      },
      anchors: ['host', 'enable', 'required', 'ssl'],
    },
    {
      kind: 'environment',
      keys: {
        host: 'SPRING_MAIL_HOST',
        port: 'SPRING_MAIL_PORT',
        protocol: 'SPRING_MAIL_PROTOCOL',
        enable: 'SPRING_MAIL_PROPERTIES_MAIL_SMTP_STARTTLS_ENABLE',
        required: 'SPRING_MAIL_PROPERTIES_MAIL_SMTP_STARTTLS_REQUIRED',
        ssl: 'SPRING_MAIL_PROPERTIES_MAIL_SMTP_SSL_ENABLE',
        identity: 'SPRING_MAIL_PROPERTIES_MAIL_SMTP_SSL_CHECKSERVERIDENTITY',
        trust: 'SPRING_MAIL_PROPERTIES_MAIL_SMTP_SSL_TRUST',
      },
      anchors: ['host'],
      path: /(?:^|\/)(?:\.env|[\w.-]+\.env)$/,
    },
  ],
  packages: ['maven:org.springframework.boot:spring-boot-starter-mail', 'maven:org.springframework.boot:spring-boot'],
  boundaries: ['3.2'],
  // Spring Boot 3.2 brings Angus Mail 2.0, which compares names by default; Boot 2 brings Jakarta Mail 1.6, which does not.
  judge: (settings) => judgeJakartaMail(settings, settings.since('3.2')),
  remedies: [
    { security: 'starttls', set, ifSet: { ssl: false, trust: '' } },
    { security: 'implicit', set: { ssl: true, identity: true }, ifSet: { enable: false, required: false, trust: '' } },
  ],
  write: ({ host, port, security }) => ({
    file: 'application.properties',
    text: `spring.mail.host=${host}\nspring.mail.port=${port}\nspring.mail.username=\${SMTP_USERNAME}\nspring.mail.password=\${SMTP_PASSWORD}\n${prefix}.mail.smtp.auth=true\n${
      security === 'implicit'
        ? `${prefix}.mail.smtp.ssl.enable=true\n`
        : `${prefix}.mail.smtp.starttls.enable=true\n${prefix}.mail.smtp.starttls.required=true\n`
    }${prefix}.mail.smtp.ssl.checkserveridentity=true\n`,
  }),
  notes: [
    'A profile goes before the file without one: application-production.properties over application.properties.',
    'ssl.trust, copied from forums, takes the check of the chain away for the hosts it lists.',
    'Public samples turn ssl.enable and starttls.required on together, on port 465: then only the first counts.',
  ],
  sources: [
    'Spring Boot reference, spring.mail.*',
    'Angus Mail SocketFetcher.java and SMTPTransport.java 2.0.5',
    'jakartaee/mail-api issue 429',
    'spring-projects/spring-boot issues 33956 and 35943 (Angus Mail 1.1.0 and 2.0.2)',
  ],
  checkedOn: '2026-11-24',
  confidence: 'documentation',
  examples: [
    {
      label: 'default',
      file: 'src/main/resources/application.properties',
      text: 'spring.mail.host=smtp.example.com\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'src/main/resources/application-prod.properties',
      text: 'spring.mail.host=smtp.example.com\nspring.mail.port=587\n# from a forum\nspring.mail.properties.mail.smtp.starttls.enable=true\nspring.mail.properties.mail.smtp.ssl.trust=*\n',
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
  ],
}
