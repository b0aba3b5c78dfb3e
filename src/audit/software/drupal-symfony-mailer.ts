import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { type EndpointPart, dsnBoundaries, judgeDsn, judgeEndpoint, requireStarttls, useImplicitTls } from './dsn.ts'
import { elsewhere } from './elsewhere.ts'

const switches = ['verify_peer', 'auto_tls', 'require_tls', 'peer_fingerprint'] as const

/** A DSN in pieces: Drupal core names the scheme, the module's transport is called smtp and takes TLS by its port. */
function judge(settings: Settings): Verdict {
  if (settings.has('dsn')) return judgeDsn(settings)
  const scheme = settings.text('scheme') ?? settings.text('plugin')
  if (scheme === undefined) throw elsewhere('scheme', "not set here: Drupal's stored configuration has it")
  if (!['smtp', 'smtps'].includes(scheme)) throw elsewhere('scheme', `${scheme}: not sent to the host below`)
  const options = switches.flatMap((name) => {
    const value = settings.text(name)
    return value === undefined ? [] : [[name, value] as const]
  })
  const keyOf = (part: EndpointPart): string => (part === 'scheme' && !settings.has('scheme') ? 'plugin' : part)
  const host = settings.peek('host') ?? ''
  return judgeEndpoint({ scheme, host, port: settings.number('port'), options: new Map(options) }, settings, keyOf)
}

const core: Readonly<Record<string, string>> = {
  scheme: 'mailer_dsn.scheme',
  host: 'mailer_dsn.host',
  port: 'mailer_dsn.port',
  ...Object.fromEntries(switches.map((name) => [name, `mailer_dsn.options.${name}`])),
}
const contributed: Readonly<Record<string, string>> = {
  dsn: 'configuration.dsn',
  plugin: 'plugin',
  host: 'configuration.host',
  port: 'configuration.port',
  ...Object.fromEntries(switches.map((name) => [name, `configuration.query.${name}`])),
}
/** The same keys as settings.php sets them. */
const overrides = Object.fromEntries(
  [...new Set([...Object.keys(core), ...Object.keys(contributed)])].map((key) => [
    key,
    [...below('$config.system\\.mail', core[key]), ...below('$config.*', contributed[key])],
  ]),
)
const anchors = ['dsn', 'scheme', 'host']
const loose = { verify_peer: true, auto_tls: true } as const
const also = 'An exported .yml does something once it is imported: drush config:import.'

export const drupalSymfonyMailer: Software = {
  id: 'drupal-symfony-mailer',
  name: 'Drupal core mailer and Symfony Mailer module',
  kind: 'cms',
  places: [
    { kind: 'file', path: /(?:^|\/)system\.mail\.yml$/, format: 'yaml', keys: core, anchors },
    {
      kind: 'file',
      path: /(?:^|\/)symfony_mailer\.mailer_transport\.[\w-]+\.yml$/,
      format: 'yaml',
      keys: contributed,
      anchors,
    },
    {
      kind: 'file',
      path: /(?:^|\/)settings(?:\.[\w-]+)*\.php$/,
      format: 'php',
      keys: overrides,
      anchors,
      marks: ['symfony_mailer.mailer_transport.', 'mailer_dsn'],
      isOurs: ({ entries }) =>
        entries.some(({ path }) => /^(?:system\.mail$|symfony_mailer\.mailer_transport\.)/.test(path[1] ?? '')),
    },
    {
      kind: 'unseen',
      where: "Drupal's active configuration in the database",
      query:
        'drush config:get system.mail mailer_dsn --format=yaml | grep -v password; drush php:eval \'foreach (Drupal::configFactory()->listAll("symfony_mailer.mailer_transport") as $n) { $c = Drupal::config($n)->get(); unset($c["configuration"]["pass"]); print_r($c); }\'',
      signs:
        /(?:^|\/)modules\/contrib\/symfony_mailer\/symfony_mailer\.info\.yml$|(?:^|\/)core\/modules\/system\/system\.info\.yml$/,
    },
  ],
  packages: ['composer:symfony/mailer'],
  boundaries: dsnBoundaries,
  judge,
  remedies: [
    { security: 'starttls', set: {}, rewrite: { dsn: requireStarttls }, also },
    { security: 'implicit', set: {}, rewrite: { dsn: useImplicitTls }, also },
    { security: 'implicit', set: {}, rewrite: { scheme: toSmtps }, ifSet: loose, also },
    // The module's transport knows TLS from the first octet by its port alone.
    { security: 'implicit', set: { port: 465 }, rewrite: { plugin: keepSmtp }, ifSet: loose, also },
  ],
  write: ({ host, port, security }) => ({
    file: 'system.mail.yml',
    text: `interface:\n  default: symfony_mailer\nmailer_dsn:\n  scheme: ${security === 'implicit' ? 'smtps' : 'smtp'}\n  host: ${host}\n  user: YOUR-USER\n  password: YOUR-PASSWORD\n  port: ${port}\n${security === 'implicit' ? '  options: {}\n' : '  options:\n    # Needs symfony/mailer 7.3.\n    require_tls: true\n'}`,
  }),
  notes: [
    'The versions meant are those of symfony/mailer (composer.lock): require_tls needs 7.3.',
    'sendmail, the default of core, hands mail to the mail server of this machine, and its settings decide.',
    "The module's SMTP transport has no scheme: port 465, or none, gives TLS from the first octet.",
    'What settings.php sets goes before the stored configuration.',
  ],
  sources: [
    'symfony/mailer Transport/Smtp/EsmtpTransport.php, 7.0 and after 7.3',
    'drupal/drupal merge request 12094 (options of symfony/mailer 7.1 and 7.3)',
    'drupal/symfony_mailer, configuration of published sites (names of the keys)',
  ],
  checkedOn: '2026-11-24',
  confidence: 'documentation',
  examples: [
    {
      label: 'default',
      file: 'config/sync/symfony_mailer.mailer_transport.smtp.yml',
      text: "id: smtp\nlabel: SMTP\nplugin: smtp\nconfiguration:\n  user: news\n  pass: secret\n  host: smtp.example.com\n  port: '25'\n  query:\n    verify_peer: true\n",
      modes: ['opportunistic'],
      fixed: ['implicit-verified'],
    },
    {
      label: 'mistake',
      file: 'config/sync/system.mail.yml',
      text: 'interface:\n  default: symfony_mailer\nmailer_dsn:\n  scheme: smtp\n  host: smtp.example.com\n  user: news\n  password: secret\n  port: 587\n  options:\n    verify_peer: false\n',
      modes: ['opportunistic'],
      fixed: ['implicit-verified'],
    },
    {
      label: 'mistake',
      file: 'sites/default/settings.php',
      text: "<?php\n$config['symfony_mailer.mailer_transport.smtp']['plugin'] = 'smtp';\n$config['symfony_mailer.mailer_transport.smtp']['configuration']['host'] = 'smtp.example.com';\n$config['symfony_mailer.mailer_transport.smtp']['configuration']['port'] = '465';\n$config['symfony_mailer.mailer_transport.smtp']['configuration']['query']['verify_peer'] = FALSE;\n",
      modes: ['implicit-unverified'],
      fixed: ['implicit-verified'],
    },
  ],
}

function toSmtps(scheme: string): string | undefined {
  return ['smtp', 'smtps'].includes(scheme) ? 'smtps' : undefined
}

function keepSmtp(plugin: string): string | undefined {
  return plugin === 'smtp' ? plugin : undefined
}

function below(path: string, pattern: string | undefined): readonly string[] {
  return pattern === undefined ? [] : [`${path}.${pattern}`]
}
