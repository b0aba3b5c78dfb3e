import { modeOf } from '../mode.ts'
import type { Settings } from '../settings.ts'
import type { FoundSetup, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

/** On port 465 the mail library Grafana uses speaks TLS at once, whatever the policy says. */
function judge(settings: Settings): Verdict {
  const security = settings.text('host')?.endsWith(':465') ? 'implicit' : 'starttls'
  const verified = settings.flag('skip') !== true
  const loose = ['skip', "the certificate is not looked at: anybody may answer in the server's name"] as const
  const policy = settings.text('policy') ?? ''
  if (security === 'starttls' && policy === 'NoStartTLS')
    return verdict('plaintext', ['policy', 'STARTTLS is left alone even where it is offered'])
  if (security === 'starttls' && policy !== 'MandatoryStartTLS')
    return verdict('opportunistic', [
      'policy',
      'STARTTLS is used where it is offered; where somebody hides the offer, mail goes out readable',
    ])
  const how =
    security === 'implicit' ? (['host', 'TLS from the first octet'] as const) : (['policy', 'STARTTLS or no mail'] as const)
  return verified ? verdict(modeOf(security, true), how) : verdict(modeOf(security, false), loose, how)
}

const isImplicit = ({ entries }: FoundSetup): boolean => {
  const value = entries['host']?.value
  return value?.kind === 'literal' && value.text.endsWith(':465')
}

const names = { host: 'host', policy: 'startTLS_policy', skip: 'skip_verify', enabled: 'enabled' }

export const grafana: Software = {
  id: 'grafana',
  name: 'Grafana',
  kind: 'client',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)(?:grafana\.ini|conf\/(?:custom|defaults|sample)\.ini)$/,
      format: 'ini',
      keys: Object.fromEntries(Object.entries(names).map(([key, name]) => [key, `smtp.${name}`])),
      anchors: ['host', 'policy', 'enabled'],
    },
    {
      kind: 'environment',
      keys: Object.fromEntries(Object.entries(names).map(([key, name]) => [key, `GF_SMTP_${name.toUpperCase()}`])),
      anchors: ['host', 'policy'],
      images: ['grafana/grafana', 'grafana/grafana-oss', 'grafana/grafana-enterprise'],
      path: /(?:^|\/)grafana[\w-]*\.env$/,
    },
  ],
  judge,
  remedies: [
    {
      security: 'starttls',
      set: { policy: 'MandatoryStartTLS' },
      ifSet: { skip: false },
      edit: (_, setup) => (isImplicit(setup) ? undefined : []),
    },
    { security: 'implicit', set: {}, ifSet: { skip: false }, edit: (_, setup) => (isImplicit(setup) ? [] : undefined) },
  ],
  write: ({ host, port }) => ({
    file: 'grafana.ini',
    text: `[smtp]\nenabled = true\nhost = ${host}:${port}\nuser = YOUR-USER\npassword = $__env{SMTP_PASSWORD}\nstartTLS_policy = MandatoryStartTLS\nskip_verify = false\n`,
  }),
  notes: ['An empty startTLS_policy is OpportunisticStartTLS.', 'A variable GF_SMTP_… goes before the file.'],
  sources: ['grafana pkg/services/notifications/smtp.go at 02e8924'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'etc/grafana/grafana.ini',
      text: '[smtp]\nenabled = false\nhost = localhost:25\n;startTLS_policy = NoStartTLS\n',
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'etc/grafana/grafana.ini',
      text: '[smtp]\nenabled = true\nhost = smtp.example.com:587\nskip_verify = true\nstartTLS_policy = NoStartTLS\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'grafana.env',
      text: 'GF_SMTP_ENABLED=true\nGF_SMTP_HOST=smtp.example.com:465\nGF_SMTP_SKIP_VERIFY=true\n',
      modes: ['implicit-unverified'],
      fixed: ['implicit-verified'],
    },
  ],
}
