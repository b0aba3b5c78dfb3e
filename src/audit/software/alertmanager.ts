import type { Document } from '../format/index.ts'
import { modeOf } from '../mode.ts'
import type { Settings } from '../settings.ts'
import { findSetups } from '../setup.ts'
import type { FoundSetup, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

function judge(settings: Settings): Verdict {
  // The port decides where force_implicit_tls, known since 0.31, says nothing.
  const implicit = settings.flag('implicit') ?? settings.text('host')?.endsWith(':465') === true
  const security = implicit ? 'implicit' : 'starttls'
  if (security === 'starttls' && settings.flag('require') === false)
    return verdict('plaintext', ['require', 'STARTTLS is not even tried: mail goes out readable'])
  const how =
    security === 'implicit'
      ? ([settings.has('implicit') ? 'implicit' : 'host', 'TLS from the first octet'] as const)
      : (['require', 'STARTTLS or no mail, which is the default'] as const)
  if (settings.flag('skip') !== true) return verdict(modeOf(security, true), how)
  return verdict(
    modeOf(security, false),
    ['skip', "the certificate is not looked at: anybody may answer in the server's name"],
    how,
  )
}

const globalKeys = {
  host: 'global.smtp_smarthost',
  require: 'global.smtp_require_tls',
  implicit: 'global.smtp_force_implicit_tls',
  skip: 'global.smtp_tls_config.insecure_skip_verify',
}
const receiver = 'receivers.*.email_configs.*'
const receiverKeys = {
  host: `${receiver}.smarthost`,
  require: `${receiver}.require_tls`,
  implicit: `${receiver}.force_implicit_tls`,
  skip: `${receiver}.tls_config.insecure_skip_verify`,
}

/** A receiver has its own settings, and for all others those of `global`. */
function findReceivers(document: Document): readonly FoundSetup[] {
  const [shared] = findSetups(document, { keys: globalKeys, anchors: Object.keys(globalKeys) })
  const own = findSetups(document, { keys: receiverKeys, anchors: Object.keys(receiverKeys) })
  return [
    ...(shared ? [{ name: 'global', entries: shared.entries }] : []),
    ...own.map(({ name, entries }) => ({ name: `receiver ${name}`, entries: { ...shared?.entries, ...entries } })),
  ]
}

export const alertmanager: Software = {
  id: 'alertmanager',
  name: 'Prometheus Alertmanager',
  kind: 'client',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)alertmanager[\w.-]*\.ya?ml$/,
      format: 'yaml',
      keys: globalKeys,
      anchors: ['host'],
      find: findReceivers,
    },
  ],
  judge,
  remedies: [{ security: 'starttls', set: {}, ifSet: { require: true, skip: false } }],
  write: ({ host, port }) => ({
    file: 'alertmanager.yml',
    text: `global:\n  smtp_smarthost: '${host}:${port}'\n  smtp_from: 'YOUR-ADDRESS'\n  smtp_auth_username: 'YOUR-USER'\n  smtp_auth_password_file: /etc/alertmanager/smtp-password\n  smtp_require_tls: true\n`,
  }),
  notes: [
    'The best default there is: TLS required, and the certificate looked at.',
    'Old versions asked for STARTTLS even behind TLS on port 465, where no server offers it.',
    'require_tls of a receiver goes before smtp_require_tls of global.',
  ],
  sources: ['prometheus/alertmanager notify/email/email.go at 0c3120ef'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'alertmanager.yml',
      text: "global:\n  smtp_smarthost: 'smtp.example.com:587'\n",
      modes: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'alertmanager.yml',
      text: "global:\n  smtp_smarthost: 'smtp.example.com:587'\n  smtp_require_tls: false # it did not work\n",
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'alertmanager.yml',
      text: 'receivers:\n  - name: team\n    email_configs:\n      - to: team@example.com\n        smarthost: smtp.example.com:465\n        tls_config:\n          insecure_skip_verify: true\n',
      modes: ['implicit-unverified'],
      fixed: ['implicit-verified'],
    },
  ],
}
