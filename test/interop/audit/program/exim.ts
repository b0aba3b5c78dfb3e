/** Exim, set up by hand and as Debian does it. */
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { House } from '../../lab/house.ts'
import { serverName } from '../server.ts'
import { makeOwned } from './owned.ts'
import { type Program, message } from './program.ts'

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
  version: '4.96',
  file: '/etc/exim4/exim4.conf',
  command: ['bash', '-c', eximSend],
  variants: {
    'transport alone': { mode: 'opportunistic', text: eximConf(587) },
    hosts_avoid_tls: { mode: 'plaintext', text: eximConf(587, 'hosts_avoid_tls = *') },
    hosts_require_tls: { mode: 'required-unverified', text: eximConf(587, 'hosts_require_tls = *') },
    'tls_tempfail_tryclear off': { mode: 'opportunistic', text: eximConf(587, 'tls_tempfail_tryclear = false') },
    'tls_try_verify_hosts and hosts_require_tls': {
      mode: 'required-unverified',
      text: eximConf(587, 'hosts_require_tls = *', 'tls_try_verify_hosts = *'),
    },
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
  version: '4.96',
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
