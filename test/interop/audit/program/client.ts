/** Mail clients and relays without a queue. */
import { chmod, chown, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { accounts } from '../../lab/house.ts'
import { serverName } from '../server.ts'
import { type Program, message } from './program.ts'

const msmtprc = (...lines: readonly string[]): string =>
  ['defaults', 'from news@sender.test', '', 'account default', `host ${serverName}`, ...lines, ''].join('\n')

export const msmtp: Program = {
  id: 'msmtp',
  root: 'mailers',
  file: '/etc/msmtprc',
  command: ['/usr/bin/msmtp', 'ann@recipient.test'],
  input: message,
  variants: {
    'host alone': { mode: 'plaintext', text: msmtprc() },
    'tls off': { mode: 'plaintext', text: msmtprc('port 587', 'tls off') },
    'tls on': { mode: 'required-verified', text: msmtprc('port 587', 'tls on') },
    'tls_certcheck off': { mode: 'required-unverified', text: msmtprc('port 587', 'tls on', 'tls_certcheck off') },
    'tls_starttls off': { mode: 'implicit-verified', text: msmtprc('port 465', 'tls on', 'tls_starttls off') },
    'tls_starttls and tls_certcheck off': {
      mode: 'implicit-unverified',
      text: msmtprc('port 465', 'tls on', 'tls_starttls off', 'tls_certcheck off'),
    },
  },
}

const muttrc = (url: string, ...lines: readonly string[]): string =>
  ['set from = "news@sender.test"', `set smtp_url = "${url}"`, ...lines, ''].join('\n')

export const mutt: Program = {
  id: 'mutt',
  version: '2.2.12',
  root: 'mailers',
  file: '/var/app/.muttrc',
  command: ['/usr/bin/mutt', '-s', 'an audit', 'ann@recipient.test'],
  input: 'Hello.\n',
  variants: {
    'url alone': { mode: 'required-verified', text: muttrc(`smtp://${serverName}:587/`) },
    'ssl_force_tls off': { mode: 'opportunistic', text: muttrc(`smtp://${serverName}:587/`, 'set ssl_force_tls = no') },
    'ssl_force_tls and ssl_starttls off': {
      mode: 'plaintext',
      text: muttrc(`smtp://${serverName}:25/`, 'set ssl_force_tls = no', 'set ssl_starttls = no'),
    },
    smtps: { mode: 'implicit-verified', text: muttrc(`smtps://${serverName}:465/`) },
    'ssl_verify_host off': {
      mode: 'required-unverified',
      text: muttrc(`smtp://${serverName}:587/`, 'set ssl_force_tls = yes', 'set ssl_verify_host = no'),
    },
  },
}

const ssmtpConf = (port: number, ...lines: readonly string[]): string =>
  ['root=postmaster', `mailhub=${serverName}:${port}`, 'hostname=sender.test', 'FromLineOverride=YES', ...lines, ''].join('\n')

export const ssmtp: Program = {
  id: 'ssmtp',
  root: 'ssmtp',
  file: '/etc/ssmtp/ssmtp.conf',
  command: ['/usr/sbin/ssmtp', '-fnews@sender.test', 'ann@recipient.test'],
  input: message,
  variants: {
    'mailhub alone': { mode: 'plaintext', text: ssmtpConf(25) },
    UseSTARTTLS: { mode: 'required-unverified', text: ssmtpConf(587, 'UseTLS=YES', 'UseSTARTTLS=YES') },
    'UseSTARTTLS without UseTLS': { mode: 'required-unverified', text: ssmtpConf(587, 'UseSTARTTLS=YES') },
    UseTLS: { mode: 'implicit-unverified', text: ssmtpConf(465, 'UseTLS=YES') },
  },
}

const dmaConf = (...lines: readonly string[]): string =>
  [`SMARTHOST ${serverName}`, ...lines, 'MAILNAME sender.test', ''].join('\n')

export const dma: Program = {
  id: 'dma',
  version: '0.13',
  root: 'dma',
  patience: 5,
  file: '/etc/dma/dma.conf',
  async prepare({ folder }) {
    const spool = join(folder, 'var/spool/dma')
    await mkdir(spool, { recursive: true })
    await chmod(spool, 0o2775)
    await chown(spool, 0, accounts.mail)
  },
  command: ['/usr/sbin/dma', '-D', '-f', 'news@sender.test', 'ann@recipient.test'],
  input: message,
  variants: {
    'smarthost alone': { mode: 'plaintext', text: dmaConf('PORT 25') },
    'SECURETRANSFER and STARTTLS': { mode: 'required-unverified', text: dmaConf('PORT 587', 'SECURETRANSFER', 'STARTTLS') },
    OPPORTUNISTIC_TLS: {
      mode: 'opportunistic',
      text: dmaConf('PORT 587', 'SECURETRANSFER', 'STARTTLS', 'OPPORTUNISTIC_TLS'),
    },
    SECURETRANSFER: { mode: 'implicit-unverified', text: dmaConf('PORT 465', 'SECURETRANSFER') },
  },
}
