/** Dovecot as Debian ships it: IMAP, POP3, ManageSieve and LMTP, with STARTTLS and, where there is a port for it, TLS at once. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { users } from './house.ts'
import type { Software } from './server.ts'

export const dovecot: Software = {
  program: 'dovecot',
  command: () => ['dovecot', '-F'],
  greeting: { port: 143, begins: '* OK' },
  /** LMTP files a message before it answers. */
  mailbox: { spool: [], recipientHeader: 'Delivered-To' },
  log: 'var/log/dovecot.log',
  async configure(house, { name, identity, second, settings }) {
    const etc = join(house.folder, 'etc/dovecot')
    await mkdir(etc)
    const tls: Record<string, string> = identity ? { ssl: 'yes' } : { ssl: 'no' }
    for (const [prefix, files] of [
      ['ssl', identity],
      ['ssl_alt', second],
    ] as const) {
      if (!files) continue
      await copyFile(files.certificate, join(etc, `${prefix}.pem`))
      await copyFile(files.key, join(etc, `${prefix}.key`))
      tls[`${prefix}_cert`] = `</etc/dovecot/${prefix}.pem`
      tls[`${prefix}_key`] = `</etc/dovecot/${prefix}.key`
    }
    const main = { ...describe(name), ...tls, ...settings }
    const lines = Object.entries(main).map(([option, value]) => `${option} = ${value}`)
    await writeFile(join(etc, 'dovecot.conf'), `${lines.join('\n')}\n${services}`)
  },
}

function describe(name: string): Record<string, string> {
  return {
    protocols: 'imap pop3 sieve lmtp',
    hostname: name,
    log_path: '/var/log/dovecot.log', // there is no syslog
    auth_mechanisms: 'plain login',
    default_internal_user: 'dovecot',
    default_login_user: 'dovenull',
    default_internal_group: 'dovecot',
    first_valid_uid: String(users.mailbox),
    mail_location: 'maildir:/var/mail/everyone',
    ssl_dh: '</usr/share/dovecot/dh.pem', // as in Debian's 10-ssl.conf
  }
}

/** 24 is the port of RFC 2033 5 in name only (private use), but the one that Postfix and Dovecot write of. */
const services = `
service lmtp {
  inet_listener lmtp {
    port = 24
  }
}
passdb {
  driver = static
  args = nopassword=y
}
userdb {
  driver = static
  args = uid=mailbox gid=mailbox home=/var/mail/everyone
}
`
