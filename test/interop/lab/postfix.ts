/** Postfix as Debian ships it, receiving everything for one domain into one Maildir. */
import { chown, cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Software } from './server.ts'
import { users } from './house.ts'
import { repository, serverRoot } from './requirement.ts'

export const postfix: Software = {
  program: 'postfix',
  command: () => ['postfix', 'start-fg'],
  mailbox: {
    spool: ['incoming', 'active', 'deferred'].map((queue) => `var/spool/postfix/${queue}`),
    /** virtual(8) writes one copy for each recipient and says for whom. */
    recipientHeader: 'Delivered-To',
  },
  log: 'var/log/postfix.log',
  async configure(house, { name, domain, identity, second, settings, extras = [] }) {
    const shipped = join(serverRoot, 'postfix')
    const etc = join(house.folder, 'etc/postfix')
    await cp(join(shipped, 'etc/postfix'), etc, { recursive: true })
    await mkdir(join(house.folder, 'var/spool/postfix'), { recursive: true })
    const data = join(house.folder, 'var/lib/postfix')
    await mkdir(data, { recursive: true })
    await chown(data, users.postfix, users.postfix)
    await cp(join(shipped, 'usr/share/postfix/dynamicmaps.cf'), join(etc, 'dynamicmaps.cf'))
    const services = leaveChroot(await readFile(join(shipped, 'usr/share/postfix/master.cf.dist'), 'utf8'))
    const screened = extras.includes('postscreen') ? putPostscreenFirst(services) : services
    const master = [screened, identity ? submission : '', extras.includes('greylist') ? greylist : '']
    await writeFile(join(etc, 'master.cf'), master.join(''))
    const seen = join(house.folder, 'var/lib/greylist')
    await mkdir(seen)
    await chown(seen, users.mailbox, users.mailbox)
    const files = [identity, second].flatMap((one) => (one ? [one.key, one.certificate] : []))
    const chains = await Promise.all(files.map((file) => readFile(file, 'utf8')))
    if (identity) await writeFile(join(etc, 'chain.pem'), chains.join(''), { mode: 0o600 })
    await writeFile(
      join(etc, 'main.cf'),
      print({
        ...describe(name, domain),
        ...describeTls(identity !== undefined),
        ...Object.assign({}, ...extras.map((extra) => settingsOf[extra])),
        ...settings,
      }),
    )
  },
}

/** The chroot would need copies of libraries and of /etc in the spool; the house keeps the server apart already. */
function leaveChroot(masterFile: string): string {
  return masterFile.replaceAll(/^(\w+ +(?:inet|unix) +\S+ +\S+ +)y/gm, '$1n')
}

/** As POSTSCREEN_README says: its line and those of its helpers are there, and commented out. */
function putPostscreenFirst(masterFile: string): string {
  return masterFile
    .replace(/^smtp +inet .* smtpd$/m, '#$&')
    .replaceAll(/^#((?:smtp +inet .* postscreen|smtpd +pass|dnsblog +unix|tlsproxy +unix).*)$/gm, '$1')
    .replaceAll(/^((?:smtpd +pass|dnsblog +unix|tlsproxy +unix) +\S+ +\S+ +)y/gm, '$1n')
}

const greylist = `
greylist unix - n n - 0 spawn user=mailbox argv=/usr/bin/python3 ${join(repository, 'test/interop/greylist.py')} /var/lib/greylist 2
`

const settingsOf: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  postscreen: {
    postscreen_greet_action: 'enforce',
    postscreen_greet_wait: '2s',
    // The tests after 220: who passes them is put off once, as nothing can be handed on in the middle of a dialogue.
    postscreen_pipelining_enable: 'yes',
    postscreen_pipelining_action: 'enforce',
    postscreen_non_smtp_command_enable: 'yes',
    postscreen_bare_newline_enable: 'yes',
    postscreen_bare_newline_action: 'enforce',
  },
  greylist: { smtpd_recipient_restrictions: 'reject_unauth_destination, check_policy_service unix:private/greylist' },
}

/** As in the comments of Debian's master.cf. */
const submission = `
submission  inet n - n - - smtpd -o syslog_name=postfix/submission -o smtpd_tls_security_level=encrypt
submissions inet n - n - - smtpd -o syslog_name=postfix/submissions -o smtpd_tls_wrappermode=yes
`

function describe(name: string, domain: string): Record<string, string> {
  return {
    compatibility_level: '3.6',
    maillog_file: '/var/log/postfix.log', // there is no syslog
    myhostname: name,
    mydestination: '',
    mynetworks: '127.0.0.0/8', // the client is a stranger, and no exception from any limit
    inet_protocols: 'ipv4',
    alias_maps: '',
    alias_database: '',
    virtual_mailbox_domains: domain,
    virtual_mailbox_base: '/var/mail',
    virtual_mailbox_maps: 'static:everyone/',
    virtual_uid_maps: `static:${users.mailbox}`,
    virtual_gid_maps: `static:${users.mailbox}`,
    smtpd_peername_lookup: 'no',
    disable_dns_lookups: 'yes',
    // A campaign comes from one client: what would slow or stop it is asked for by the test that is about it.
    smtpd_client_connection_count_limit: '0',
    smtpd_client_connection_rate_limit: '0',
    smtpd_client_message_rate_limit: '0',
    smtpd_client_recipient_rate_limit: '0',
    smtpd_client_new_tls_session_rate_limit: '0',
    smtpd_soft_error_limit: '1000',
    smtpd_hard_error_limit: '1000',
  }
}

function describeTls(offered: boolean): Record<string, string> {
  if (!offered) return { smtpd_tls_security_level: 'none' }
  return {
    smtpd_tls_security_level: 'may',
    smtpd_tls_chain_files: '/etc/postfix/chain.pem',
    smtpd_tls_protocols: '>=TLSv1.2',
    smtpd_tls_mandatory_protocols: '>=TLSv1.2',
    smtpd_tls_received_header: 'yes', // how a message came is then found in the message
    smtpd_tls_loglevel: '1',
  }
}

function print(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('')
}
