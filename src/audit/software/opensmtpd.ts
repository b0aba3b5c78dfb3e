import { modeOf } from '../mode.ts'
import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

function judge(settings: Settings): Verdict {
  const tls = settings.text('tls')
  const [scheme = 'smtp'] = /^([a-z+]+):\/\//.exec(settings.text('host') ?? '') ?? []
  const name = scheme.replace('://', '')
  const verified = tls !== 'no-verify'
  const loose = ['tls', "`no-verify`: the certificate is not looked at, anybody may answer in the server's name"] as const
  if (name === 'smtps') {
    const how = ['host', 'TLS from the first octet'] as const
    return verified ? verdict(modeOf('implicit', true), how) : verdict(modeOf('implicit', false), loose, how)
  }
  if (name === 'smtp+notls') return verdict('plaintext', ['host', 'STARTTLS is left alone even where it is offered'])
  if (name === 'smtp+tls' || tls !== undefined) {
    const how = [tls === undefined ? 'host' : 'tls', 'STARTTLS or no mail'] as const
    return verified ? verdict(modeOf('starttls', true), how) : verdict(modeOf('starttls', false), loose, how)
  }
  return verdict('opportunistic', [
    settings.has('host') ? 'host' : 'relay',
    'STARTTLS is used where it is offered; where somebody hides the offer, mail goes out readable',
  ])
}

function rewrite(security: 'starttls' | 'implicit') {
  return (url: string): string | undefined => {
    const [, rest] = /^(?:(?:smtp|smtp\+tls|smtp\+notls|smtps):\/\/)?([^/\s]+)$/.exec(url) ?? []
    if (rest === undefined) return undefined
    if (security === 'starttls') return rest.endsWith(':465') || url.startsWith('smtps:') ? undefined : `smtp+tls://${rest}`
    return `smtps://${rest.replace(/:(?:25|587|2525)$/, ':465')}`
  }
}

export const opensmtpd: Software = {
  id: 'opensmtpd',
  name: 'OpenSMTPD',
  kind: 'mta',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)smtpd\.conf$/,
      format: 'smtpdConf',
      keys: { relay: 'action.*.relay', host: 'action.*.host', tls: 'action.*.tls' },
      anchors: ['relay'],
    },
  ],
  judge,
  remedies: [
    {
      security: 'starttls',
      set: {},
      ifSet: { tls: 'tls' },
      rewrite: { host: rewrite('starttls') },
      also: 'Test with `smtpd -n`, then restart smtpd.',
    },
    {
      security: 'implicit',
      set: {},
      ifSet: { tls: 'tls' },
      rewrite: { host: rewrite('implicit') },
      also: 'Test with `smtpd -n`, then restart smtpd.',
    },
  ],
  instead:
    'An action without a host delivers to every domain: `relay tls` would leave mail to servers without a valid certificate undelivered. Send through a relay for whom it can be required.',
  write: ({ host, port, security }) => ({
    file: 'smtpd.conf',
    text: `table secrets file:/etc/mail/secrets\naction "outbound" relay host ${security === 'implicit' ? 'smtps' : 'smtp+tls'}://label@${host}:${port} auth <secrets>\nmatch from local for any action "outbound"\n`,
  }),
  notes: [
    '`smtp+tls` and `smtps` verify the certificate by themselves; `tls no-verify` switches that off.',
    'Before 6.4 the language was another one (`accept … relay via tls+auth://`), which is not read here.',
  ],
  sources: ['smtpd.conf(5), 6.8.0p2 as Debian 12 ships it', 'OpenBSD smtpd.conf.5'],
  checkedOn: '2026-11-24',
  confidence: 'documentation',
  examples: [
    {
      label: 'default',
      file: 'etc/smtpd.conf',
      text: 'listen on localhost\naction "local" maildir alias <aliases>\naction "relay" relay\nmatch from local for any action "relay"\n',
      modes: ['opportunistic'],
    },
    {
      label: 'mistake',
      file: 'etc/mail/smtpd.conf',
      text: 'action "out" relay host smtp://me@smtp.example.com:587 auth <secrets> # relay\n',
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'etc/mail/smtpd.conf',
      text: 'action "out" relay host smtps://me@smtp.example.com auth <secrets> tls no-verify\n',
      modes: ['implicit-unverified'],
      fixed: ['implicit-verified'],
    },
  ],
}
