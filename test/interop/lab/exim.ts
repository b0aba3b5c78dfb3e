/** Exim as Debian ships it (with GnuTLS), receiving everything for one domain into one Maildir. */
import { chown, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Software } from './server.ts'
import { users } from './house.ts'

export const exim: Software = {
  program: 'exim',
  command: () => ['exim4', '-bdf', '-q1m'],
  mailbox: { spool: ['var/spool/exim4/input'], recipientHeader: 'Envelope-to' },
  log: 'var/log/exim4/mainlog',
  async configure(house, { name, domain, identity, second, settings }) {
    const etc = join(house.folder, 'etc/exim4')
    await mkdir(etc)
    for (const folder of ['spool', 'log']) {
      const path = join(house.folder, 'var', folder, 'exim4')
      await mkdir(path, { recursive: true })
      await chown(path, users['Debian-exim'], users['Debian-exim'])
    }
    const identities = [identity, second].filter((one) => one !== undefined)
    for (const [index, files] of identities.entries()) {
      for (const kind of ['certificate', 'key'] as const) {
        const path = join(etc, `${kind}${index}`)
        await copyFile(files[kind], path)
        await chown(path, users['Debian-exim'], users['Debian-exim'])
      }
    }
    const main = { ...describe(name), ...describeTls(identities.length), ...settings }
    const lines = Object.entries(main).map(([option, value]) => `${option} = ${value}`)
    await writeFile(join(etc, 'exim4.conf'), `${lines.join('\n')}\n${deliver(domain)}`, { mode: 0o644 })
  },
}

function describe(name: string): Record<string, string> {
  return {
    primary_hostname: name,
    log_file_path: '/var/log/exim4/%slog',
    spool_directory: '/var/spool/exim4',
    pid_file_path: '/var/spool/exim4/exim.pid',
    keep_environment: '',
    disable_ipv6: 'true',
    rfc1413_query_timeout: '0s', // asking who the client's user is takes 5 s where packets are dropped
    acl_smtp_rcpt: 'recipient',
    daemon_smtp_ports: '25 : 465 : 587',
    tls_on_connect_ports: '465',
    // A campaign comes from one client: what would slow or stop it is asked for by the test that is about it.
    smtp_accept_max: '0',
    smtp_accept_max_per_connection: '0',
    smtp_accept_queue_per_connection: '0',
  }
}

function describeTls(identities: number): Record<string, string> {
  if (identities === 0) return { tls_advertise_hosts: '' }
  const list = (kind: string) => Array.from({ length: identities }, (_, index) => `/etc/exim4/${kind}${index}`).join(' : ')
  return { tls_advertise_hosts: '*', tls_certificate: list('certificate'), tls_privatekey: list('key') }
}

function deliver(domain: string): string {
  return `
begin acl
recipient:
  accept domains = ${domain}
  deny message = not a domain of this server

begin routers
everyone:
  driver = accept
  domains = ${domain}
  transport = mailbox

begin transports
mailbox:
  driver = appendfile
  maildir_format
  directory = /var/mail/everyone
  user = mailbox
  envelope_to_add
  return_path_add

begin retry
* * F,1h,1m
`
}
