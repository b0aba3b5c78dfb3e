import type { Document } from '../format/index.ts'
import { modeOf } from '../mode.ts'
import type { Settings } from '../settings.ts'
import { findSetups } from '../setup.ts'
import type { FoundSetup, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

function judge(settings: Settings): Verdict {
  const encryption = settings.text('encryption') ?? 'starttls'
  if (encryption !== 'starttls' && encryption !== 'tls')
    return verdict('plaintext', ['encryption', 'no TLS: mail and password go out readable'])
  const security = encryption === 'tls' ? 'implicit' : 'starttls'
  const how = ['encryption', security === 'implicit' ? 'TLS from the first octet' : 'STARTTLS or no mail'] as const
  if (settings.flag('verify') !== false) return verdict(modeOf(security, true), how)
  return verdict(
    modeOf(security, false),
    ['verify', "the certificate is not looked at: anybody may answer in the server's name"],
    how,
  )
}

const names = { platform: 'platform', host: 'server', port: 'port', encryption: 'encryption', verify: 'verify_ssl' }
const below = (parent: string) => Object.fromEntries(Object.entries(names).map(([key, name]) => [key, `${parent}${name}`]))

function findNotifiers(keys: Readonly<Record<string, string>>) {
  return (document: Document): readonly FoundSetup[] =>
    findSetups(document, { keys, anchors: ['platform'] }).filter(({ entries }) => {
      const platform = entries['platform']?.value
      return platform?.kind === 'literal' && platform.text === 'smtp'
    })
}

const inside = below('notify.*.')
const alone = below('*.')

export const homeAssistant: Software = {
  id: 'home-assistant',
  name: 'Home Assistant (SMTP)',
  kind: 'client',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)configuration\.ya?ml$/,
      format: 'yaml',
      keys: inside,
      anchors: ['platform'],
      find: findNotifiers(inside),
    },
    {
      kind: 'file',
      path: /(?:^|\/)notify\.ya?ml$/,
      format: 'yaml',
      keys: alone,
      anchors: ['platform'],
      find: findNotifiers(alone),
    },
  ],
  judge,
  remedies: [
    { security: 'starttls', set: { encryption: 'starttls' }, ifSet: { verify: true } },
    { security: 'implicit', set: { encryption: 'tls' }, ifSet: { verify: true } },
  ],
  write: ({ host, port, security }) => ({
    file: 'configuration.yaml',
    text: `notify:\n  - name: mail\n    platform: smtp\n    server: ${host}\n    port: ${port}\n    encryption: ${security === 'implicit' ? 'tls' : 'starttls'}\n    verify_ssl: true\n    username: !secret smtp_user\n    password: !secret smtp_password\n    sender: YOUR-ADDRESS\n    recipient: YOUR-ADDRESS\n`,
  }),
  notes: ['`encryption: starttls` and `verify_ssl: true` are the defaults, with port 587.'],
  sources: ['home-assistant/core homeassistant/components/smtp/notify.py and const.py'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'configuration.yaml',
      text: 'notify:\n  - platform: smtp\n    server: smtp.example.com\n    password: !secret smtp_password\n',
      modes: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'configuration.yaml',
      text: 'notify:\n  - platform: file\n    name: log\n  - platform: smtp\n    server: smtp.example.com\n    port: 587\n    encryption: none # for now\n    verify_ssl: false\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
  ],
}
