/** Configuration as packages ship it, and what there is to say of it. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { serverRoot } from '../lab/requirement.ts'

export interface Shipped {
  /** Of which package of Debian 12. */
  readonly from: string
  /** Where it lies once it is installed. */
  readonly path: string
  /** Of what it is made, below the folder of the setup. */
  readonly parts: readonly string[]
  /** Setups: program, part of the file where there are several, and what it is. Empty: nothing in it is about sending. */
  readonly says: readonly (readonly [software: string, setup: string, ...modes: string[]])[]
}

const python = 'mailers/usr/lib/python3/dist-packages'
const transport = 'exim/etc/exim4/conf.d/transport/30_exim4-config'
const byMacro = (name: string, macro: string) => `cannot tell: the value of ${name} comes from ${macro}, only .ifdef `

export const shipped: readonly Shipped[] = [
  {
    from: 'postfix, Internet Site',
    path: 'etc/postfix/main.cf',
    // The installer puts the two together.
    parts: ['postfix/usr/share/postfix/main.cf.debian', 'postfix/usr/share/postfix/main.cf.tls'],
    says: [['postfix', '', 'opportunistic']],
  },
  {
    from: "postfix, the author's own",
    path: 'etc/postfix/main.cf',
    parts: ['postfix/usr/share/postfix/main.cf.dist'],
    says: [['postfix', '', 'plaintext']],
  },
  { from: 'postfix', path: 'etc/postfix/master.cf', parts: ['postfix/usr/share/postfix/master.cf.dist'], says: [] },
  {
    from: 'exim4-config, split, to a smarthost',
    path: 'etc/exim4/conf.d/transport/30_exim4-config_remote_smtp_smarthost',
    parts: [`${transport}_remote_smtp_smarthost`],
    says: [['exim', '* remote_smtp_smarthost', byMacro('*.remote_smtp_smarthost.protocol', 'REMOTE_SMTP_SMARTHOST_PROTOCOL')]],
  },
  {
    from: 'exim4-config, split, to everyone',
    path: 'etc/exim4/conf.d/transport/30_exim4-config_remote_smtp',
    parts: [`${transport}_remote_smtp`],
    says: [['exim', '* remote_smtp', byMacro('*.remote_smtp.hosts_avoid_tls', 'REMOTE_SMTP_HOSTS_AVOID_TLS')]],
  },
  {
    from: 'exim4-config, in one file',
    path: 'etc/exim4/exim4.conf.template',
    parts: ['exim/etc/exim4/exim4.conf.template'],
    says: [
      ['exim', 'transports remote_smtp', byMacro('transports.remote_smtp.hosts_avoid_tls', 'REMOTE_SMTP_HOSTS_AVOID_TLS')],
      [
        'exim',
        'transports remote_smtp_smarthost',
        byMacro('transports.remote_smtp_smarthost.protocol', 'REMOTE_SMTP_SMARTHOST_PROTOCOL'),
      ],
    ],
  },
  {
    from: 'msmtp, example of the system',
    path: 'etc/msmtprc',
    parts: ['mailers/usr/share/doc/msmtp/examples/msmtprc-system.example'],
    says: [['msmtp', 'default', 'implicit-verified']],
  },
  {
    from: 'msmtp, example of a user',
    path: '.msmtprc',
    parts: ['mailers/usr/share/doc/msmtp/examples/msmtprc-user.example'],
    says: [
      ['msmtp', 'freemail', 'required-verified'],
      ['msmtp', 'company', 'required-verified'],
    ],
  },
  { from: 'mutt', path: 'etc/Muttrc', parts: ['mailers/etc/Muttrc'], says: [] },
  {
    from: 'sendmail-base',
    path: 'etc/mail/sendmail.mc',
    parts: ['sendmail/usr/share/sendmail/cf/debian/sendmail.mc'],
    says: [['sendmail', '', 'opportunistic']],
  },
  {
    from: 'sendmail-base, to the server on the machine',
    path: 'etc/mail/submit.mc',
    parts: ['sendmail/usr/share/sendmail/cf/debian/submit.mc'],
    says: [],
  },
  {
    from: 'opensmtpd',
    path: 'etc/smtpd.conf',
    parts: ['opensmtpd/etc/smtpd.conf'],
    says: [['opensmtpd', 'relay', 'opportunistic']],
  },
  { from: 'dma', path: 'etc/dma/dma.conf', parts: ['dma/usr/share/dma/dma.conf'], says: [['dma', '', 'plaintext']] },
  {
    from: 'python3-django',
    path: 'django/conf/global_settings.py',
    parts: [`${python}/django/conf/global_settings.py`],
    says: [['django', '', 'plaintext']],
  },
  {
    // Its code, which has the defaults: read with `config.get`, and handed to smtplib without a context.
    from: 'python3-flask-mail',
    path: 'flask_mail.py',
    parts: [`${python}/flask_mail.py`],
    says: [
      ['flask-mail', '_Mail.config.get', 'plaintext'],
      ['flask-mail', '_Mail.(4).config.get', 'plaintext'],
      ['flask-mail', '_Mail.(5).config.get', 'plaintext'],
      ['python-smtplib', 'host', 'implicit-unverified'],
      ['python-smtplib', 'host 2', 'cannot tell: the value of starttls comes from set in line 163, under a condition'],
    ],
  },
]

export async function readShipped({ parts }: Shipped): Promise<string> {
  return (await Promise.all(parts.map((part) => readFile(join(serverRoot, part), 'utf8')))).join('\n')
}
