/** OpenSMTPD as Debian ships it, on all three ports of a mail server. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Software } from './server.ts'

export const opensmtpd: Software = {
  program: 'opensmtpd',
  command: () => ['smtpd', '-d', '-f', '/etc/smtpd/smtpd.conf'],
  mailbox: {
    spool: ['incoming', 'queue'].map((folder) => `var/spool/smtpd/${folder}`),
    recipientHeader: 'Delivered-To',
  },
  async configure(house, { name, domain, identity, settings }) {
    const etc = join(house.folder, 'etc/smtpd')
    await mkdir(etc)
    await mkdir(join(house.folder, 'var/spool/smtpd'), { recursive: true, mode: 0o711 })
    await mkdir(join(house.folder, 'var/lib/opensmtpd/empty'), { recursive: true }) // where it locks itself in
    if (identity) {
      await copyFile(identity.certificate, join(etc, 'certificate'))
      await copyFile(identity.key, join(etc, 'key'))
    }
    const lines = [
      ...(identity ? [`pki "${name}" cert "/etc/smtpd/certificate"`, `pki "${name}" key "/etc/smtpd/key"`] : []),
      ...Object.entries(settings ?? {}).map(([option, value]) => `${option} ${value}`),
      ...listen(house.host.address, name, identity !== undefined),
      'action "deliver" maildir "/var/mail/everyone" user mailbox virtual { "@" = mailbox }',
      `match from any for domain "${domain}" action "deliver"`,
    ]
    await writeFile(join(etc, 'smtpd.conf'), `${lines.join('\n')}\n`, { mode: 0o600 })
  },
}

/** On the address, not on the interface: that has one of IPv6 too, which the kernel is not done with yet. */
function listen(address: string, name: string, tls: boolean): string[] {
  const ports = tls ? ['port 25 tls pki', 'port 587 tls-require pki', 'port 465 smtps pki'] : ['port 25']
  return ports.map((port) => `listen on ${address} ${port}${tls ? ` "${name}"` : ''} hostname "${name}"`)
}
