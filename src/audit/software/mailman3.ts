import { modeOf } from '../mode.ts'
import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

function judge(settings: Settings): Verdict {
  const mode = (settings.text('mode') ?? 'smtp').toLowerCase()
  if (mode !== 'starttls' && mode !== 'smtps')
    return verdict('plaintext', ['mode', 'smtp, which is the default, never encrypts, even where STARTTLS is offered'])
  const security = mode === 'smtps' ? 'implicit' : 'starttls'
  const how = ['mode', security === 'implicit' ? 'TLS from the first octet' : 'STARTTLS or no mail'] as const
  if (settings.flag('verifyCert') === false)
    return verdict(
      modeOf(security, false),
      ['verifyCert', "the certificate is not looked at: anybody may answer in the server's name"],
      how,
    )
  if (settings.flag('verifyName') === false)
    return verdict(modeOf(security, false), ['verifyName', 'any valid certificate is taken, for whatever name it was made'], how)
  return verdict(modeOf(security, true), how)
}

export const mailman3: Software = {
  id: 'mailman3',
  name: 'GNU Mailman 3',
  kind: 'marketing',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)mailman(?:-extra)?\.cfg$/,
      format: 'ini',
      keys: {
        host: 'mta.smtp_host',
        port: 'mta.smtp_port',
        mode: 'mta.smtp_secure_mode',
        verifyCert: 'mta.smtp_verify_cert',
        verifyName: 'mta.smtp_verify_hostname',
      },
      anchors: ['host', 'mode', 'port'],
    },
  ],
  packages: ['pypi:mailman'],
  judge,
  remedies: [
    { security: 'starttls', set: { mode: 'starttls' }, ifSet: { verifyCert: 'yes', verifyName: 'yes' } },
    { security: 'implicit', set: { mode: 'smtps' }, ifSet: { verifyCert: 'yes', verifyName: 'yes' } },
  ],
  write: ({ host, port, security }) => ({
    file: 'mailman.cfg',
    text: `[mta]\nsmtp_host: ${host}\nsmtp_port: ${port}\nsmtp_secure_mode: ${security === 'implicit' ? 'smtps' : 'starttls'}\nsmtp_verify_cert: yes\nsmtp_verify_hostname: yes\nsmtp_user: YOUR-USER\nsmtp_pass: YOUR-PASSWORD\n`,
  }),
  notes: [
    'smtp_host is mostly localhost: then what the mail server behind it does is what counts, and plaintext up to it is no harm.',
    'Without smtp_verify_cert the name is not looked at either.',
  ],
  sources: ['GNU Mailman src/mailman/mta/connection.py, 3.3', 'GNU Mailman documentation, Configuration, mta'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'etc/mailman3/mailman.cfg',
      text: '[mta]\nincoming: mailman.mta.postfix.LMTP\nsmtp_host: smtp.example.com\nsmtp_port: 25\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'mailman-extra.cfg',
      text: '[mta]\nsmtp_host: smtp.example.com\nsmtp_port: 587\nsmtp_secure_mode: starttls\n# self-signed\nsmtp_verify_cert: no\nsmtp_verify_hostname: no\n',
      modes: ['required-unverified'],
      fixed: ['required-verified'],
    },
  ],
}
