import { modeOf } from '../mode.ts'
import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

function judge(settings: Settings): Verdict {
  const implicit = settings.flag('tls') === true
  if (settings.text('protocol')?.toLowerCase() === 'qmqp')
    return verdict('plaintext', ['protocol', 'QMQP knows no TLS: mail goes out readable'])
  if (!implicit && settings.flag('starttls') !== true)
    return verdict('plaintext', ['starttls', 'neither starttls nor tls is there: mail and password go out readable'])
  const security = implicit ? 'implicit' : 'starttls'
  const how = implicit ? (['tls', 'TLS from the first octet'] as const) : (['starttls', 'STARTTLS or no mail'] as const)
  if (settings.flag('insecure') !== true) return verdict(modeOf(security, true), how)
  return verdict(modeOf(security, false), ['insecure', 'a certificate that fails is taken all the same'], how)
}

export const nullmailer: Software = {
  id: 'nullmailer',
  name: 'nullmailer',
  kind: 'mta',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)nullmailer\/remotes$/,
      format: 'remotes',
      keys: {
        host: '*.host',
        protocol: '*.protocol',
        port: '*.port',
        starttls: '*.starttls',
        tls: ['*.tls', '*.ssl'],
        insecure: '*.insecure',
        anonymous: '*.tls-anon-auth',
      },
      anchors: ['host'],
    },
  ],
  judge,
  remedies: [
    { security: 'starttls', set: { starttls: true }, ifSet: { tls: false, insecure: false, anonymous: false } },
    { security: 'implicit', set: { tls: true }, ifSet: { starttls: false, insecure: false, anonymous: false } },
  ],
  write: ({ host, port, security }) => ({
    file: 'nullmailer/remotes',
    text: `${host} smtp port=${port} ${security === 'implicit' ? 'tls' : 'starttls'} user=YOUR-USER pass=YOUR-PASSWORD\n`,
  }),
  notes: [
    'Every line is a relay that is tried in its turn: one without TLS is enough for mail to go out readable.',
    '`tls` sets the port to 465; `ssl` is the same.',
    '`insecure` takes any certificate, and `tls-anon-auth`, which needs it, takes none.',
    'The authorities are read from /etc/ssl/certs/ca-certificates.crt.',
  ],
  sources: ['nullmailer-send(8), 2.2 as Debian 12 ships it'],
  checkedOn: '2026-11-24',
  confidence: 'documentation',
  examples: [
    {
      label: 'default',
      file: 'etc/nullmailer/remotes',
      text: 'smtp.example.com smtp\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'etc/nullmailer/remotes',
      text: '# relay\nsmtp.example.com smtp --port=465 --ssl --insecure --user=me\n',
      modes: ['implicit-unverified'],
      fixed: ['implicit-verified'],
    },
  ],
}
