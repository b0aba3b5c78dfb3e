import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

function judge(settings: Settings): Verdict {
  if (settings.has('enable') && settings.flag('enable') === false)
    return verdict('plaintext', ['enable', 'STARTTLS is left alone even where it is offered'])
  if (settings.flag('forget') === true)
    return verdict('plaintext', [
      'forget',
      'a host whose STARTTLS failed once gets its mail readable for a week: one broken handshake buys that',
    ])
  if (settings.has('never')) return verdict('plaintext', ['never', 'the hosts of this list get their mail readable'])
  const rest = 'every host that is not in force_tls_hosts gets mail readable where it offers no STARTTLS'
  if (!settings.has('always')) return verdict('opportunistic', ['always', rest])
  const listed = ['always', `STARTTLS or no mail, for the hosts of the list; ${rest}`] as const
  if ((settings.flag('reject') ?? settings.flag('rejectAll')) === true) return verdict('required-verified', listed)
  return verdict(
    'required-unverified',
    ['reject', "the certificate is not looked at: anybody may answer in a host's name"],
    listed,
  )
}

export const haraka: Software = {
  id: 'haraka',
  name: 'Haraka',
  kind: 'mta',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)config\/outbound\.ini$/,
      format: 'ini',
      keys: { enable: ['enable_tls', 'main.enable_tls'], forget: [], reject: [] },
      anchors: ['enable'],
    },
    {
      kind: 'file',
      path: /(?:^|\/)config\/tls\.ini$/,
      format: 'ini',
      keys: {
        enable: [],
        reject: 'outbound.rejectUnauthorized',
        rejectAll: ['rejectUnauthorized', 'main.rejectUnauthorized'],
        always: ['outbound.force_tls_hosts[]', 'outbound.force_tls_hosts'],
        never: ['outbound.no_tls_hosts[]', 'outbound.no_tls_hosts'],
        forget: 'redis.disable_for_failed_hosts',
      },
      anchors: ['reject', 'rejectAll', 'always', 'never', 'forget'],
    },
  ],
  judge,
  remedies: [{ security: 'starttls', set: {}, ifSet: { enable: true, forget: false, reject: true } }],
  instead:
    'Mail to any domain cannot be kept from going out readable; for a relay, put its name in tls.ini: `force_tls_hosts[]=smtp.example.com` and `rejectUnauthorized=true` below [outbound].',
  write: ({ host }) => ({
    file: 'config/tls.ini',
    text: `[redis]\ndisable_for_failed_hosts=false\n\n[outbound]\nrejectUnauthorized=true\nforce_tls_hosts[]=${host}\n`,
  }),
  notes: [
    'disable_for_failed_hosts remembers the wrong thing: who breaks one handshake gets 604800 seconds of readable mail.',
    'enable_tls is on by default since 3.0.',
    'outbound.ini turns TLS on and off, tls.ini says how: both count.',
  ],
  sources: ['Haraka 3.3.4 config/tls.ini, outbound/config.js, outbound/hmail.js, outbound/tls.js'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'config/tls.ini',
      text: '; outbound\n[outbound]\nrejectUnauthorized=false\n',
      modes: ['opportunistic'],
    },
    {
      label: 'mistake',
      file: 'config/tls.ini',
      text: '[redis]\ndisable_for_failed_hosts=true ; be nice\n\n[outbound]\nforce_tls_hosts[]=smtp.example.com\nrejectUnauthorized=false\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
    { label: 'mistake', file: 'config/outbound.ini', text: 'enable_tls=false\n', modes: ['plaintext'], fixed: ['opportunistic'] },
  ],
}
