/** Mail servers that hand everything to a relay. */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { House } from '../../lab/house.ts'
import { serverRoot } from '../../lab/requirement.ts'
import { serverName } from '../server.ts'
import { makeOwned } from './owned.ts'
import { type Program, message } from './program.ts'

function mainCf(relay: string, ...lines: readonly string[]): string {
  return [
    'compatibility_level = 3.6',
    'maillog_file = /dev/stdout',
    'myhostname = sender.test',
    'mydestination =',
    'alias_maps =',
    'inet_protocols = ipv4',
    '# There is no DNS.',
    'smtp_host_lookup = native',
    `relayhost = ${relay}`,
    ...lines,
    '',
  ].join('\n')
}

const trust = 'smtp_tls_CApath = /etc/ssl/certs'
const onSubmission = `[${serverName}]:587`
const onImplicit = `[${serverName}]:465`

/** Ends with the first line that says what became of the message. */
const postfixScript = `
(until [ -S /var/spool/postfix/public/pickup ]; do sleep 0.05; done; sendmail -f news@sender.test ann@recipient.test </var/app/message) &
grep -m1 status= <(exec postfix start-fg 2>&1)
`

export const postfix: Program = {
  id: 'postfix',
  version: '3.7',
  root: 'postfix',
  file: '/etc/postfix/main.cf',
  others: { '/var/app/message': message },
  async prepare(house) {
    await mkdir(join(house.folder, 'var/spool/postfix'), { recursive: true })
    await makeOwned(house, 'postfix', 'var/lib/postfix')
    const shipped = join(serverRoot, 'postfix/usr/share/postfix')
    await cp(join(shipped, 'dynamicmaps.cf'), join(house.folder, 'etc/postfix/dynamicmaps.cf'))
    const services = (await readFile(join(shipped, 'master.cf.dist'), 'utf8'))
      .replaceAll(/^(\w+ +(?:inet|unix) +\S+ +\S+ +)y/gm, '$1n')
      .replace(/^smtp +inet.*/m, '')
    await writeFile(join(house.folder, 'etc/postfix/master.cf'), services)
  },
  command: ['bash', '-c', postfixScript],
  variants: {
    'relayhost alone': { mode: 'plaintext', text: mainCf(onSubmission) },
    none: { mode: 'plaintext', text: mainCf(onSubmission, 'smtp_tls_security_level = none') },
    may: { mode: 'opportunistic', text: mainCf(onSubmission, 'smtp_tls_security_level = may', trust) },
    smtp_use_tls: { mode: 'opportunistic', text: mainCf(onSubmission, 'smtp_use_tls = yes', trust) },
    dane: { mode: 'opportunistic', text: mainCf(onSubmission, 'smtp_tls_security_level = dane') },
    encrypt: { mode: 'required-unverified', text: mainCf(onSubmission, 'smtp_tls_security_level = encrypt', trust) },
    smtp_enforce_tls: { mode: 'required-verified', text: mainCf(onSubmission, 'smtp_enforce_tls = yes', trust) },
    'smtp_enforce_tls without names': {
      mode: 'required-unverified',
      text: mainCf(onSubmission, 'smtp_enforce_tls = yes', 'smtp_tls_enforce_peername = no', trust),
    },
    verify: { mode: 'required-verified', text: mainCf(onSubmission, 'smtp_tls_security_level = verify', trust) },
    secure: { mode: 'required-verified', text: mainCf(onSubmission, 'smtp_tls_security_level = secure', trust) },
    'wrappermode, encrypt': {
      mode: 'implicit-unverified',
      text: mainCf(onImplicit, 'smtp_tls_wrappermode = yes', 'smtp_tls_security_level = encrypt', trust),
    },
    'wrappermode, secure': {
      mode: 'implicit-verified',
      text: mainCf(onImplicit, 'smtp_tls_wrappermode = yes', 'smtp_tls_security_level = secure', trust),
    },
  },
}

function remotes(options: string): string {
  return `# The relay.\n${serverName} smtp ${options}\n`
}

export const nullmailer: Program = {
  id: 'nullmailer',
  version: '2.2',
  root: 'nullmailer',
  file: '/etc/nullmailer/remotes',
  // Sends what is in the queue once, and ends.
  others: { '/etc/nullmailer/pausetime': '0\n' },
  async prepare(house) {
    await makeOwned(house, 'mail', ...['', 'queue', 'tmp', 'failed'].map((part) => `var/spool/nullmailer/${part}`))
  },
  command: [
    'bash',
    '-c',
    'mkfifo -m 666 /var/spool/nullmailer/trigger; nullmailer-inject -f news@sender.test ann@recipient.test; exec nullmailer-send',
  ],
  input: message,
  variants: {
    'host alone': { mode: 'plaintext', text: remotes('') },
    starttls: { mode: 'required-verified', text: remotes('port=587 starttls') },
    'starttls, insecure': { mode: 'required-unverified', text: remotes('--port=587 --starttls --insecure') },
    tls: { mode: 'implicit-verified', text: remotes('tls') },
    'tls and starttls': { mode: 'implicit-verified', text: remotes('tls starttls') },
    'ssl, insecure': { mode: 'implicit-unverified', text: remotes('--port=465 --ssl --insecure') },
  },
}

function smtpdConf(relay: string): string {
  return `action "relay" relay ${relay}\nmatch from local for any action "relay"\n`
}

/** Its sendmail has to be of a group that nobody but Debian's installer gives it. */
const opensmtpdScript = `
(until [ -S /run/smtpd.sock ]; do sleep 0.05; done
setpriv --regid opensmtpq --clear-groups sendmail -f news@sender.test ann@recipient.test </var/app/message) &
grep -m1 'delivery .*result=' <(exec smtpd -d 2>&1)
`

export const opensmtpd: Program = {
  id: 'opensmtpd',
  version: '6.8.0',
  root: 'opensmtpd',
  file: '/etc/smtpd.conf',
  others: { '/var/app/message': message },
  async prepare(house) {
    await mkdir(join(house.folder, 'var/spool/smtpd'), { recursive: true, mode: 0o711 })
    await mkdir(join(house.folder, 'var/lib/opensmtpd/empty'), { recursive: true })
  },
  command: ['bash', '-c', opensmtpdScript],
  variants: {
    smtp: { mode: 'opportunistic', text: smtpdConf(`host smtp://${serverName}:587`) },
    'host alone': { mode: 'opportunistic', text: smtpdConf(`host ${serverName}`) },
    'smtp+notls': { mode: 'plaintext', text: smtpdConf(`host smtp+notls://${serverName}:587`) },
    'smtp+tls': { mode: 'required-verified', text: smtpdConf(`host smtp+tls://${serverName}:587`) },
    'smtp+tls, no-verify': { mode: 'required-unverified', text: smtpdConf(`host smtp+tls://${serverName}:587 tls no-verify`) },
    'smtp, tls': { mode: 'required-verified', text: smtpdConf(`host smtp://${serverName}:587 tls`) },
    smtps: { mode: 'implicit-verified', text: smtpdConf(`host smtps://${serverName}`) },
    'smtps, no-verify': { mode: 'implicit-unverified', text: smtpdConf(`host smtps://${serverName} tls no-verify`) },
  },
}

/** Of the transport of all that speak SMTP. */
function sendmailMc(): string {
  return [
    "OSTYPE(`debian')dnl",
    "define(`confDOMAIN_NAME', `sender.test')dnl",
    "define(`confTO_IDENT', `0s')dnl",
    "define(`confHOST_STATUS_DIRECTORY', `')dnl",
    "define(`confDONT_PROBE_INTERFACES', `True')dnl",
    "define(`confSERVICE_SWITCH_FILE', `/etc/mail/service.switch-nodns')dnl",
    "define(`confCACERT', `/etc/ssl/certs/ca-certificates.crt')dnl",
    "define(`confCACERT_PATH', `/etc/ssl/certs')dnl",
    "FEATURE(`no_default_msa')dnl",
    "FEATURE(`nocanonify')dnl",
    "FEATURE(`access_db', `hash -T<TMPF> /etc/mail/access')dnl",
    `define(\`SMART_HOST', \`[${serverName}]')dnl`,
    'MAILER(local)dnl',
    'MAILER(smtp)dnl',
    '',
  ].join('\n')
}

const macros = '/usr/share/sendmail/cf'

const sendmailScript = `
m4 -D_CF_DIR_=${macros}/ ${macros}/m4/cf.m4 /etc/mail/sendmail.mc >/etc/mail/sendmail.cf
makemap hash /etc/mail/access </etc/mail/access
/usr/libexec/sendmail/sendmail -Am -odi -oi -v -f news@sender.test ann@recipient.test
`

const sendmailPlace = {
  id: 'sendmail',
  version: '8.17.1',
  root: 'sendmail',
  async prepare(house: House) {
    await makeOwned(house, 'root', 'var/spool/mqueue')
    await writeFile(join(house.folder, 'etc/mail/aliases'), '')
  },
  command: ['bash', '-c', sendmailScript],
  input: message,
} as const

/** Sendmail as its macros make it. */
export const sendmail: Program = {
  ...sendmailPlace,
  file: '/etc/mail/sendmail.mc',
  others: { '/etc/mail/access': '' },
  variants: { SMART_HOST: { mode: 'opportunistic', text: sendmailMc() } },
}

/** The same with lines about the relay in the access map. */
export const sendmailAccess: Program = {
  ...sendmailPlace,
  file: '/etc/mail/access',
  others: { '/etc/mail/sendmail.mc': sendmailMc() },
  variants: {
    'Try_TLS NO': { mode: 'plaintext', text: `Try_TLS:${serverName}\tNO\n` },
    'TLS_Srv ENCR': { mode: 'required-unverified', text: `TLS_Srv:${serverName}\tENCR:112\n` },
    'TLS_Srv of every server': { mode: 'required-unverified', text: 'TLS_Srv:\tENCR:112\n' },
    'TLS_Srv of the domain': { mode: 'required-unverified', text: 'TLS_Srv:example.test\tENCR:112\n' },
    'TLS_Srv VERIFY': { mode: 'required-unverified', text: `TLS_Srv:${serverName}\tVERIFY:112\n` },
    'TLS_Srv VERIFY+CN': { mode: 'required-verified', text: `TLS_Srv:${serverName}\tVERIFY:112+CN\n` },
  },
}
