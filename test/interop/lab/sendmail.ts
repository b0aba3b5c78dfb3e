/** Sendmail as Debian ships it, set up by its own m4 macros, on all three ports of a mail server. */
import { chown, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type House, runInHouse, users } from './house.ts'
import type { Software } from './server.ts'

const macros = '/usr/share/sendmail/cf'

export const sendmail: Software = {
  program: 'sendmail',
  // Its name says what it is to do; -bD stays in the foreground.
  command: () => ['/usr/libexec/sendmail/sendmail', '-bD', '-q1m'],
  async configure(house, { name, domain, identity, settings }) {
    const etc = join(house.folder, 'etc/mail')
    const spool = join(house.folder, 'var/spool/mqueue')
    await mkdir(join(etc, 'tls'), { recursive: true })
    await mkdir(spool, { recursive: true, mode: 0o750 })
    await chown(spool, users.smmta, users.smmsp)
    if (identity) {
      await copyFile(identity.certificate, join(etc, 'tls/certificate'))
      await copyFile(identity.key, join(etc, 'tls/key'))
    }
    await writeFile(join(etc, 'local-host-names'), `${domain}\n`)
    await writeFile(join(etc, 'aliases'), '')
    const options = { ...describe(name), ...(identity ? tls : {}), ...settings }
    const defined = Object.entries(options).map(([option, value]) => `define(\`${option}', \`${value}')dnl`)
    const ports = identity ? ['smtp', 'submission', 'smtps, M=s'] : ['smtp']
    const daemons = ports.map((port, index) => `DAEMON_OPTIONS(\`Family=inet, Name=MTA${index}, Port=${port}')dnl`)
    const lines = ["OSTYPE(`debian')dnl", ...defined, ...features, ...daemons, 'MAILER(local)dnl', 'MAILER(smtp)dnl', '']
    await writeFile(join(etc, 'sendmail.mc'), lines.join('\n'))
    await expand(house, join(etc, 'sendmail.cf'))
  },
}

const features = ["FEATURE(`no_default_msa')dnl", "FEATURE(`nocanonify')dnl", "FEATURE(`use_cw_file')dnl"]

function describe(name: string): Record<string, string> {
  return {
    confDOMAIN_NAME: name,
    confLOG_LEVEL: '9',
    confTO_IDENT: '0s', // asking who the client's user is takes 5 s where packets are dropped
    confDONT_PROBE_INTERFACES: 'True',
    confSERVICE_SWITCH_FILE: '/etc/mail/service.switch-nodns',
    confHOST_STATUS_DIRECTORY: '',
    confPRIVACY_FLAGS: 'goaway',
  }
}

const tls = {
  confSERVER_CERT: '/etc/mail/tls/certificate',
  confSERVER_KEY: '/etc/mail/tls/key',
  confCACERT: '/etc/mail/tls/certificate',
  confCACERT_PATH: '/etc/mail/tls',
}

async function expand(house: House, file: string): Promise<void> {
  const words = ['m4', `-D_CF_DIR_=${macros}/`, `${macros}/m4/cf.m4`, '/etc/mail/sendmail.mc']
  const { status, stdout, stderr } = await runInHouse(house, words)
  if (status !== 0) throw new Error(`m4 cannot expand sendmail.mc: ${stderr}`)
  await writeFile(file, stdout, { mode: 0o644 })
}
