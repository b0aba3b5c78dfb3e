import type { Document } from '../format/index.ts'
import type { Settings } from '../settings.ts'
import { findSetups } from '../setup.ts'
import type { FoundSetup, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

/** What the service asks of those who hand mail in. Whether they look at its certificate is theirs to decide. */
function judge(settings: Settings): Verdict {
  if (settings.flag('wrapper') === true)
    return verdict('implicit-verified', ['wrapper', 'TLS from the first octet; whoever hands mail in can verify the certificate'])
  const level = settings.text('level')?.trim().toLowerCase() ?? ''
  if (level === 'encrypt' || (level === '' && settings.flag('enforce') === true))
    return verdict('required-verified', [
      'level',
      'no mail and no password before STARTTLS; whoever hands mail in can verify the certificate',
    ])
  if (level !== 'may' && settings.flag('use') !== true)
    return verdict('plaintext', [
      'level',
      settings.has('command')
        ? 'not set for this service: main.cf decides, and where that says nothing, there is no TLS at all'
        : 'no TLS is offered: passwords and mail arrive readable',
    ])
  if (settings.flag('authOnly') === true)
    return verdict('opportunistic', ['level', 'TLS is offered and not asked for; passwords wait for it, mail does not'])
  return verdict('plaintext', ['authOnly', 'a password may be sent before TLS, in the clear'])
}

const masterKeys = {
  command: '*.(command)',
  level: '*.smtpd_tls_security_level',
  authOnly: '*.smtpd_tls_auth_only',
  wrapper: '*.smtpd_tls_wrappermode',
  enforce: '*.smtpd_enforce_tls',
  use: '*.smtpd_use_tls',
  sasl: '*.smtpd_sasl_auth_enable',
}

/** Services for those who hand mail in. Port 25 takes mail from all the world, and must not ask for TLS (RFC 3207 4). */
function findServices(document: Document): readonly FoundSetup[] {
  return findSetups(document, { keys: masterKeys, anchors: ['command'] }).filter(({ name, entries }) => {
    const command = entries['command']?.value
    const sasl = entries['sasl']?.value
    const handsIn = /^(?:.*:)?(?:submissions?|smtps|465|587|2525)\/inet$/.test(name)
    return (
      command?.kind === 'literal' && command.text === 'smtpd' && (handsIn || (sasl?.kind === 'literal' && sasl.text === 'yes'))
    )
  })
}

const mainKeys = {
  sasl: 'smtpd_sasl_auth_enable',
  level: 'smtpd_tls_security_level',
  authOnly: 'smtpd_tls_auth_only',
  wrapper: 'smtpd_tls_wrappermode',
  enforce: 'smtpd_enforce_tls',
  use: 'smtpd_use_tls',
}

/** Of main.cf only what lets people log in. */
function findLogins(document: Document): readonly FoundSetup[] {
  return findSetups(document, { keys: mainKeys, anchors: ['sasl'] }).filter(({ entries }) => {
    const sasl = entries['sasl']?.value
    return sasl?.kind !== 'literal' || sasl.text === 'yes'
  })
}

const isImplicit = ({ name }: FoundSetup): boolean => /^(?:.*:)?(?:submissions|smtps|465)\/inet$/.test(name)

export const postfixSubmission: Software = {
  id: 'postfix-submission',
  name: 'Postfix (submission service)',
  kind: 'mta',
  places: [
    { kind: 'file', path: /(?:^|\/)master\.cf$/, format: 'masterCf', keys: masterKeys, anchors: ['command'], find: findServices },
    { kind: 'file', path: /(?:^|\/)main\.cf$/, format: 'mainCf', keys: mainKeys, anchors: ['sasl'], find: findLogins },
  ],
  judge,
  remedies: [
    {
      security: 'starttls',
      set: { level: 'encrypt', authOnly: 'yes' },
      edit: (document, setup) => (document.format === 'masterCf' && !isImplicit(setup) ? [] : undefined),
      also: 'The service needs a certificate: smtpd_tls_chain_files or smtpd_tls_cert_file and smtpd_tls_key_file.',
    },
    {
      security: 'implicit',
      set: { wrapper: 'yes', authOnly: 'yes' },
      edit: (document, setup) => (document.format === 'masterCf' && isImplicit(setup) ? [] : undefined),
      also: 'The service needs a certificate: smtpd_tls_chain_files or smtpd_tls_cert_file and smtpd_tls_key_file.',
    },
    {
      // main.cf counts for port 25 too, where TLS cannot be asked of others: only the password waits for it there.
      security: 'starttls',
      set: { level: 'may', authOnly: 'yes' },
      edit: (document) => (document.format === 'mainCf' ? [] : undefined),
      also: 'Let people log in on the submission service alone, with `-o smtpd_tls_security_level=encrypt` in master.cf.',
    },
  ],
  write: ({ security }) => ({
    file: 'master.cf',
    text:
      security === 'implicit'
        ? 'submissions inet n - y - - smtpd\n  -o syslog_name=postfix/submissions\n  -o smtpd_tls_wrappermode=yes\n  -o smtpd_sasl_auth_enable=yes\n  -o smtpd_tls_auth_only=yes\n'
        : 'submission inet n - y - - smtpd\n  -o syslog_name=postfix/submission\n  -o smtpd_tls_security_level=encrypt\n  -o smtpd_sasl_auth_enable=yes\n  -o smtpd_tls_auth_only=yes\n',
  }),
  notes: [
    'Programs that send are half of it: a relay of your own must refuse passwords in the clear.',
    '`encrypt` implies smtpd_tls_auth_only = yes.',
    'A server cannot make others look at its certificate; it can have one that is right.',
  ],
  sources: ['Postfix postconf(5), 3.7 as Debian 12 ships it', 'Postfix conf/master.cf, Debian 12'],
  checkedOn: '2026-11-24',
  confidence: 'documentation',
  examples: [
    {
      label: 'default',
      file: 'etc/postfix/master.cf',
      text: 'smtp      inet  n       -       y       -       -       smtpd\nsubmission inet n       -       y       -       -       smtpd\n#  -o smtpd_tls_security_level=encrypt\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'etc/postfix/master.cf',
      text: 'submission inet n - y - - smtpd\n  -o smtpd_tls_security_level=may\n  -o smtpd_sasl_auth_enable=yes\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'etc/postfix/main.cf',
      text: 'smtpd_sasl_auth_enable = yes\nsmtpd_tls_security_level = may\n',
      modes: ['plaintext'],
      fixed: ['opportunistic'],
    },
  ],
}
