import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { elsewhere } from './elsewhere.ts'
import { judgeSmtpSecure } from './smtpsecure.ts'

function judge(settings: Settings): Verdict {
  if (settings.text('host') === '') throw elsewhere('host', 'no smtphosts: the mail server of this machine')
  // What config.php does not set is taken from the database.
  if (!settings.has('secure')) throw elsewhere('secure', 'not set here: the database has it')
  return judgeSmtpSecure({ secure: settings.text('secure'), host: settings.peek('host') })
}

/** Every host of the list on port 465. */
function moveToImplicit(hosts: string): string | undefined {
  const moved = hosts.split(';').map((host) => {
    const [, name, port] = /^\s*([^:;/]+)(?::(\d+))?\s*$/.exec(host) ?? []
    if (name === undefined) return undefined
    return port === undefined || ['25', '587', '2525'].includes(port) ? `${name}:465` : `${name}:${port}`
  })
  return moved.includes(undefined) ? undefined : moved.join(';')
}

/** Nothing is changed, but with port 465 in it STARTTLS is not the way. */
function keepStarttls(hosts: string): string | undefined {
  return /:465\b/.test(hosts) ? undefined : hosts
}

export const moodle: Software = {
  id: 'moodle',
  name: 'Moodle',
  kind: 'cms',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)config\.php$/,
      format: 'php',
      keys: { host: '$CFG.smtphosts', secure: '$CFG.smtpsecure' },
      anchors: ['host', 'secure'],
      marks: ['smtphosts', 'smtpsecure'],
    },
    {
      kind: 'unseen',
      where: 'the table mdl_config, unless config.php sets it',
      query: 'php admin/cli/cfg.php --name=smtphosts && php admin/cli/cfg.php --name=smtpsecure',
      signs: /(?:^|\/)admin\/cli\/cfg\.php$/,
      images: ['bitnami/moodle', 'bitnamilegacy/moodle'],
    },
  ],
  judge,
  remedies: [
    { security: 'starttls', set: { secure: 'tls' }, rewrite: { host: keepStarttls } },
    { security: 'implicit', set: { secure: 'ssl' }, rewrite: { host: moveToImplicit } },
  ],
  write: ({ host, port, security }) => ({
    file: 'config.php',
    text: `<?php\n// Before the line that requires lib/setup.php.\n$CFG->smtphosts = '${host}:${port}';\n$CFG->smtpsecure = '${security === 'implicit' ? 'ssl' : 'tls'}';\n$CFG->smtpuser = 'YOUR-USER';\n$CFG->smtppass = 'YOUR-PASSWORD';\n`,
  }),
  notes: [
    'What config.php sets goes before the database, and the form in the browser is then locked.',
    'smtphosts may list several hosts with ; between, each with a port of its own.',
    'The certificate is checked by PHP 5.6 and later; Moodle has no setting against that.',
  ],
  sources: ['moodle/moodle message/output/email/settings.php, 3.x (the choices); PHPMailer src/PHPMailer.php 6 (what they mean)'],
  checkedOn: '2026-11-24',
  confidence: 'documentation',
  examples: [
    {
      label: 'default',
      file: 'config.php',
      text: "<?php\n$CFG = new stdClass();\n$CFG->smtphosts = 'smtp.example.com';\n$CFG->smtpsecure = '';\n",
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'config.php',
      text: "<?php\n$CFG->smtphosts = 'a.example.com:465;b.example.com:587';\n$CFG->smtpsecure = 'starttls';\n",
      modes: ['opportunistic'],
      fixed: ['implicit-verified'],
    },
  ],
}
