/** Mail servers that hand everything to a relay. */
import { appendFile, chown, cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { accounts, type House } from '../../lab/house.ts'
import { serverRoot } from '../../lab/requirement.ts'
import { serverName } from '../server.ts'
import { type Program, message } from './program.ts'

async function makeOwned(house: House, user: keyof typeof accounts, ...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(join(house.folder, path), { recursive: true })
    await chown(join(house.folder, path), accounts[user], accounts[user])
  }
}

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

function eximConf(port: number, ...options: readonly string[]): string {
  return [
    'primary_hostname = sender.test',
    'log_file_path = /var/log/exim4/%slog',
    'spool_directory = /var/spool/exim4',
    'keep_environment =',
    'disable_ipv6 = true',
    '',
    'begin routers',
    '',
    'smarthost:',
    '  driver = manualroute',
    '  transport = remote_smtp_smarthost',
    `  route_list = * ${serverName} byname`,
    '',
    'begin transports',
    '',
    'remote_smtp_smarthost:',
    '  driver = smtp',
    `  port = ${port}`,
    ...options.map((option) => `  ${option}`),
    '',
    'begin retry',
    '* * F,1h,1m',
    '',
  ].join('\n')
}

const eximPlace = {
  root: 'exim',
  input: message,
  prepare: async (house: House) => makeOwned(house, 'Debian-exim', 'var/spool/exim4', 'var/log/exim4', 'var/lib/exim4'),
} as const
const eximSend = 'exim4 -odf -oi -f news@sender.test ann@recipient.test; cat /var/log/exim4/mainlog'

export const exim: Program = {
  ...eximPlace,
  id: 'exim',
  file: '/etc/exim4/exim4.conf',
  command: ['bash', '-c', eximSend],
  variants: {
    'transport alone': { mode: 'opportunistic', text: eximConf(587) },
    hosts_avoid_tls: { mode: 'plaintext', text: eximConf(587, 'hosts_avoid_tls = *') },
    hosts_require_tls: { mode: 'required-unverified', text: eximConf(587, 'hosts_require_tls = *') },
    tls_verify_hosts: { mode: 'opportunistic', text: eximConf(587, 'tls_verify_hosts = *') },
    'hosts_require_tls, tls_verify_hosts': {
      mode: 'required-verified',
      text: eximConf(587, 'hosts_require_tls = *', 'tls_verify_hosts = *'),
    },
    'the same without names': {
      mode: 'required-unverified',
      text: eximConf(587, 'hosts_require_tls = *', 'tls_verify_hosts = *', 'tls_verify_cert_hostnames ='),
    },
    smtps: { mode: 'implicit-unverified', text: eximConf(465, 'protocol = smtps') },
    'smtps, tls_verify_hosts': { mode: 'implicit-verified', text: eximConf(465, 'protocol = smtps', 'tls_verify_hosts = *') },
  },
}

function localMacros(macros: Readonly<Record<string, string>>): string {
  return Object.entries(macros)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('')
}

const answers = [
  "dc_eximconfig_configtype='smarthost'",
  "dc_other_hostnames=''",
  "dc_local_interfaces='127.0.0.1'",
  "dc_readhost=''",
  "dc_relay_domains=''",
  "dc_minimaldns='false'",
  "dc_relay_nets=''",
  `dc_smarthost='${serverName}::587'`,
  "CFILEMODE='644'",
  "dc_use_split_config='true'",
  "dc_hide_mailname='false'",
  "dc_mailname_in_oh='true'",
  "dc_localdelivery='mail_spool'",
  '',
].join('\n')

const eximDebianPlace = {
  ...eximPlace,
  id: 'exim',
  async prepare(house: House) {
    await eximPlace.prepare(house)
    // Debian's configuration names a user that every Debian has.
    await appendFile(join(house.folder, 'etc/passwd'), 'uucp:x:10:10::/:/bin/false\n')
  },
  command: ['bash', '-c', `update-exim4.conf; ${eximSend}`],
} as const

const hostname = { '/etc/exim4/conf.d/main/00_hostname': 'MAIN_HARDCODE_PRIMARY_HOSTNAME = sender.test\n' }

/** Debian's own configuration as its questions are answered. */
export const eximAnswers: Program = {
  ...eximDebianPlace,
  file: '/etc/exim4/update-exim4.conf.conf',
  others: hostname,
  variants: { dc_smarthost: { mode: 'opportunistic', text: answers } },
}

/** Debian's own configuration, of whose transports the administrator sets macros. */
export const eximMacros: Program = {
  ...eximDebianPlace,
  file: '/etc/exim4/conf.d/main/000_localmacros',
  others: { ...hostname, '/etc/exim4/update-exim4.conf.conf': answers },
  variants: {
    REMOTE_SMTP_SMARTHOST_HOSTS_REQUIRE_TLS: {
      mode: 'required-verified',
      text: localMacros({ REMOTE_SMTP_SMARTHOST_HOSTS_REQUIRE_TLS: '*' }),
    },
    'REMOTE_SMTP_SMARTHOST_TLS_VERIFY_HOSTS emptied': {
      mode: 'required-unverified',
      text: localMacros({ REMOTE_SMTP_SMARTHOST_HOSTS_REQUIRE_TLS: '*', REMOTE_SMTP_SMARTHOST_TLS_VERIFY_HOSTS: '' }),
    },
    REMOTE_SMTP_SMARTHOST_HOSTS_AVOID_TLS: {
      mode: 'plaintext',
      text: localMacros({ REMOTE_SMTP_SMARTHOST_HOSTS_AVOID_TLS: '*' }),
    },
  },
}

function remotes(options: string): string {
  return `# The relay.\n${serverName} smtp ${options}\n`
}

export const nullmailer: Program = {
  id: 'nullmailer',
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
    'TLS_Srv VERIFY': { mode: 'required-unverified', text: `TLS_Srv:${serverName}\tVERIFY:112\n` },
    'TLS_Srv VERIFY+CN': { mode: 'required-verified', text: `TLS_Srv:${serverName}\tVERIFY:112+CN\n` },
  },
}
