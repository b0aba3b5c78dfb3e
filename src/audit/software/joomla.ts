import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { elsewhere } from './elsewhere.ts'
import { judgeSmtpSecure } from './smtpsecure.ts'

function judge(settings: Settings): Verdict {
  const mailer = settings.text('mailer') ?? 'mail'
  if (mailer !== 'smtp') throw elsewhere('mailer', `${mailer}: the mail server of this machine`)
  const judged = judgeSmtpSecure({ secure: settings.text('secure'), host: settings.peek('host') })
  if (judged.mode !== 'opportunistic') return judged
  return {
    ...judged,
    reasons: [
      ...judged.reasons,
      { key: 'secure', words: 'and where sending fails, with a bad certificate too, Joomla tries once more without TLS' },
    ],
  }
}

export const joomla: Software = {
  id: 'joomla',
  name: 'Joomla',
  kind: 'cms',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)configuration\.php$/,
      format: 'php',
      keys: { mailer: '$mailer', host: '$smtphost', port: '$smtpport', secure: '$smtpsecure' },
      anchors: ['host', 'secure'],
      marks: ['JConfig'],
    },
  ],
  judge,
  remedies: [
    { security: 'starttls', set: { secure: 'tls' } },
    { security: 'implicit', set: { secure: 'ssl' } },
  ],
  write: ({ host, port, security }) => ({
    file: 'configuration.php',
    text: `<?php\nclass JConfig {\n\t// These lines take the place of those that are there.\n\tpublic $mailer = 'smtp';\n\tpublic $smtphost = '${host}';\n\tpublic $smtpport = ${port};\n\tpublic $smtpsecure = '${security === 'implicit' ? 'ssl' : 'tls'}';\n\tpublic $smtpauth = true;\n\tpublic $smtpuser = 'YOUR-USER';\n\tpublic $smtppass = 'YOUR-PASSWORD';\n}\n`,
  }),
  notes: [
    'With none, Joomla sends a second time without TLS where the first try fails: a wrong certificate ends in readable mail, not in an error.',
    'The certificate is checked by PHP 5.6 and later; Joomla has no setting against that.',
  ],
  sources: ['joomla/joomla-cms libraries/src/Mail/Mail.php, 3.9 (send, useSmtp)'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'configuration.php',
      text: "<?php\nclass JConfig {\n\tpublic $mailer = 'smtp';\n\tpublic $smtphost = 'smtp.example.com';\n\tpublic $smtpport = 25;\n\tpublic $smtpsecure = 'none';\n}\n",
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'configuration.php',
      text: "<?php\nclass JConfig {\n\tpublic $mailer = 'smtp';\n\tpublic $smtphost = 'smtp.example.com';\n\tpublic $smtpport = '465';\n\tpublic $smtpsecure = 'TLS';\n}\n",
      modes: ['opportunistic'],
      fixed: ['implicit-verified'],
    },
  ],
}
