import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'
import { elsewhere } from './elsewhere.ts'
import { judgeSmtpSecure } from './smtpsecure.ts'

function judge(settings: Settings): Verdict {
  if (settings.text('transport') !== 'smtp' || (settings.peek('host') ?? ' ') === '')
    throw elsewhere('transport', 'transport is not smtp: the mail server of this machine')
  const secure = settings.text('secure')
  if (secure?.toLowerCase() === 'none')
    return verdict('plaintext', ['secure', 'none leaves STARTTLS alone even where it is offered'])
  // The three switches came with 4.13.1; before, nothing could be switched off.
  const off = ['verifyPeer', 'verifyName', 'disallowSelfSigned'].find((key) => {
    const text = settings.text(key)
    return text !== undefined && text !== '1'
  })
  const unverified = settings.since('4.13.1') ? off : undefined
  return judgeSmtpSecure({ secure, host: settings.peek('host'), unverified })
}

export const matomo: Software = {
  id: 'matomo',
  name: 'Matomo',
  kind: 'cms',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)config\.ini\.php$/,
      format: 'ini',
      keys: {
        transport: 'mail.transport',
        host: 'mail.host',
        port: 'mail.port',
        secure: 'mail.encryption',
        verifyPeer: 'mail.ssl_verify_peer',
        verifyName: 'mail.ssl_verify_peer_name',
        disallowSelfSigned: 'mail.ssl_disallow_self_signed',
      },
      anchors: ['transport', 'host', 'secure'],
    },
  ],
  packages: ['composer:matomo/matomo'],
  boundaries: ['4.13.1'],
  judge,
  remedies: [
    { security: 'starttls', set: { secure: 'tls' }, ifSet: { verifyPeer: 1, verifyName: 1, disallowSelfSigned: 1 } },
    { security: 'implicit', set: { secure: 'ssl' }, ifSet: { verifyPeer: 1, verifyName: 1, disallowSelfSigned: 1 } },
  ],
  write: ({ host, port, security }) => ({
    file: 'config/config.ini.php',
    text: `; <?php exit; ?> DO NOT REMOVE THIS LINE\n[mail]\ntransport = "smtp"\nhost = "${host}"\nport = ${port}\nencryption = "${security === 'implicit' ? 'ssl' : 'tls'}"\ntype = "LOGIN"\nusername = "YOUR-USER"\npassword = "YOUR-PASSWORD"\n`,
  }),
  notes: [
    'Empty means encrypted where that is offered, none means never: users who met certificate errors asked for none (matomo-org/matomo#15891).',
    'Three switches against certificate checks came with 4.13.1: ssl_verify_peer, ssl_verify_peer_name and ssl_disallow_self_signed, all 1 from the start.',
    'Without transport = "smtp" Matomo uses PHP mail(), and the mail server of the machine decides.',
  ],
  sources: [
    'matomo-org/matomo core/Mail/Transport.php 5, config/global.ini.php 5, and CHANGELOG.md 4.13.1',
    'matomo-org/matomo#15891',
  ],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'config/config.ini.php',
      text: '; <?php exit; ?> DO NOT REMOVE THIS LINE\n[mail]\ntransport = "smtp"\nhost = "smtp.example.com"\nencryption = ""\n',
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'config/config.ini.php',
      text: '; <?php exit; ?> DO NOT REMOVE THIS LINE\n[mail]\ntransport = "smtp"\nport = "587"\nhost = "smtp.example.com"\nencryption = "none"\nssl_verify_peer = 0\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
  ],
}
