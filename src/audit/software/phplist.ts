import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'
import { elsewhere, ownKeys } from './elsewhere.ts'
import { findUnverified, judgeSmtpSecure, streamOptions, verifiedOptions } from './smtpsecure.ts'

function judge(settings: Settings): Verdict {
  if (settings.has('bounce')) return judgeBounce(settings.text('bounce') ?? '')
  const host = settings.text('host') ?? ''
  if (host === '') throw elsewhere('host', 'no PHPMAILERHOST: the mail server of this machine')
  const secure = settings.text('secure')
  // What PHP takes for no switches the automatic upgrade off too (phpList bug 18115).
  if (secure !== undefined && ['', '0', 'false'].includes(secure))
    return verdict('plaintext', ['secure', 'set to nothing, which also switches off STARTTLS where it is offered'])
  return judgeSmtpSecure({ secure, host, unverified: findUnverified(settings) })
}

/** `port/protocol/flags` of PHP's imap_open, for the mailbox that bounces are fetched from. */
function judgeBounce(text: string): Verdict {
  const flags = text.split('/').slice(1)
  const unverified = flags.includes('novalidate-cert')
  const loose = ['bounce', "bounces are fetched with any certificate: anybody may answer in the mailbox's name"] as const
  if (flags.includes('ssl')) {
    const how = ['bounce', 'bounces are fetched with TLS from the first octet'] as const
    return unverified ? verdict('implicit-unverified', loose, how) : verdict('implicit-verified', how)
  }
  if (flags.includes('tls')) {
    const how = ['bounce', 'bounces are fetched after STARTTLS, or not at all'] as const
    return unverified ? verdict('required-unverified', loose, how) : verdict('required-verified', how)
  }
  if (flags.includes('notls'))
    return verdict('plaintext', ['bounce', 'bounces, and the password of the mailbox, travel readable'])
  return verdict('opportunistic', ['bounce', 'bounces are fetched with TLS only where the mailbox offers it'])
}

/** 110 and 143 are the ports without TLS, 995 and 993 those with it. */
function encryptBounces(text: string): string | undefined {
  const found = /^(\d+)\/(pop3|imap)((?:\/[\w-]+)*)$/.exec(text.trim())
  const [, port, protocol = '', rest = ''] = found ?? []
  if (port === undefined) return undefined
  const flags = rest.split('/').filter((flag) => !['', 'ssl', 'tls', 'notls', 'novalidate-cert'].includes(flag))
  const secured = port === '110' ? '995' : port === '143' ? '993' : port
  const kept = rest.split('/').includes('tls') ? { port, flag: 'tls' } : { port: secured, flag: 'ssl' }
  return [kept.port, protocol, kept.flag, ...flags].join('/')
}

// Another kind of server than the one for sending, so that its mends are its own.
const bounce = ownKeys({ bounce: '$bounce_mailbox_port', bounceHost: '$bounce_mailbox_host' }, ['bounce'])
const path = /(?:^|\/)config\/config\.php$|(?:^|\/)phplist[^/]*\.php$/

export const phplist: Software = {
  id: 'phplist',
  name: 'phpList 3',
  kind: 'marketing',
  places: [
    {
      kind: 'file',
      path,
      format: 'php',
      keys: {
        host: 'define.PHPMAILERHOST',
        port: 'define.PHPMAILERPORT',
        secure: 'define.PHPMAILER_SECURE',
        ...streamOptions('$phpmailer_smtpoptions'),
      },
      anchors: ['host', 'secure'],
      marks: ['PHPMAILERHOST', 'PHPMAILER_SECURE'],
    },
    {
      kind: 'file',
      path,
      format: 'php',
      ...bounce,
      marks: ['$bounce_mailbox_port'],
    },
  ],
  judge,
  remedies: [
    { security: 'starttls', set: { secure: 'tls' }, ifSet: verifiedOptions },
    { security: 'implicit', set: { secure: 'ssl' }, ifSet: verifiedOptions },
    { security: 'implicit', set: {}, rewrite: { bounce: encryptBounces } },
  ],
  write: ({ host, port, security }) => ({
    file: 'config/config.php',
    text: `<?php\ndefine('PHPMAILERHOST', '${host}');\ndefine('PHPMAILERPORT', ${port});\ndefine('PHPMAILER_SECURE', '${security === 'implicit' ? 'ssl' : 'tls'}');\n$phpmailer_smtpuser = 'YOUR-USER';\n$phpmailer_smtppassword = 'YOUR-PASSWORD';\n// Bounces come back by another way.\n$bounce_mailbox_port = '995/pop3/ssl';\n`,
  }),
  notes: [
    'Not set at all and set to false are two things: without PHPMAILER_SECURE mail is encrypted where that is offered, with false never. Many copied configurations have false.',
    'Without PHPMAILERHOST mail goes to the mail server of this machine, and its settings decide.',
    'The bounce mailbox ships as 110/pop3/notls, readable with its password; the secure line that the file suggests, 995/pop3/ssl/novalidate-cert, does not look at the certificate. 995/pop3/ssl does.',
  ],
  sources: [
    'phpList/phplist3 public_html/lists/admin/class.phplistmailer.php, 3.6 (January 2025)',
    'phpList/phplist3 public_html/lists/config/config_extended.php',
  ],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'config/config.php',
      text: "<?php\ndefine('PHPMAILERHOST', 'smtp.example.com');\n",
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'config/config.php',
      text: "<?php\n// mail\ndefine('PHPMAILERHOST', 'smtp.example.com');\ndefine('PHPMAILERPORT',587);\ndefine('PHPMAILER_SECURE',false);\n$phpmailer_smtpoptions = array('ssl' => array('verify_peer' => false));\n",
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
    {
      label: 'default',
      file: 'config/config.php',
      text: '<?php\n$bounce_mailbox_host = "localhost";\n$bounce_mailbox_port = "110/pop3/notls";\n',
      modes: ['plaintext'],
      fixed: ['implicit-verified'],
    },
  ],
}
