import { modeOf } from '../mode.ts'
import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'
import { columns, onlyCopy } from './elsewhere.ts'

/** TLS is nodemailer's `secure`, NONE its `ignoreTLS`; nothing sets its `requireTLS`. */
function judge(settings: Settings): Verdict {
  const encryption = settings.text('encryption')
  if (encryption === 'NONE') return verdict('plaintext', ['encryption', 'NONE leaves STARTTLS alone even where it is offered'])
  if (encryption !== 'TLS')
    return verdict('opportunistic', [
      'encryption',
      'the choice named STARTTLS does not require it: where somebody hides the offer, mail goes out readable',
    ])
  const how = ['encryption', 'TLS from the first octet'] as const
  if (settings.flag('allowSelfSigned') !== true) return verdict(modeOf('implicit', true), how)
  return verdict(
    modeOf('implicit', false),
    ['allowSelfSigned', "self-signed certificates are let pass, and so is every other: anybody may answer in the server's name"],
    how,
  )
}

export const mailtrain: Software = {
  id: 'mailtrain',
  name: 'Mailtrain 2',
  kind: 'marketing',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)mailtrain[\w.-]*\.json$/,
      format: 'json',
      keys: columns({ host: 'hostname', port: 'port', encryption: 'encryption', allowSelfSigned: 'allowSelfSigned' }),
      anchors: ['encryption'],
    },
    {
      kind: 'unseen',
      where: 'the column mailer_settings of the table send_configurations in MySQL',
      query:
        "mysql mailtrain -N -B -r -e \"SELECT JSON_ARRAYAGG(JSON_REMOVE(mailer_settings, '$.password', '$.secret', '$.dkimPrivateKey')) FROM send_configurations\" > mailtrain.json",
      signs: /(?:^|\/)mailtrain[^/]*\/server\/config\/(?:default|production)\.ya?ml$|(?:^|\/)mailtrain\.service$/,
      images: ['mailtrain/mailtrain'],
    },
  ],
  judge,
  remedies: [{ security: 'implicit', set: { encryption: 'TLS' }, ifSet: { allowSelfSigned: false }, also: onlyCopy }],
  notes: [
    'The choice STARTTLS does not require encryption: only TLS, on port 465, does.',
    'The ZoneMTA that Mailtrain brings is reached in plain text on the same machine, by design; what it then sends is encrypted only where the receiving server offers it.',
    'Change it under Send Configurations.',
  ],
  sources: ['Mailtrain-org/mailtrain server/lib/mailers.js, 2', 'nodemailer lib/smtp-connection/index.js 6.9'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'mailtrain.json',
      text: '[{"hostname": "smtp.example.com", "port": 465, "encryption": "TLS", "allowSelfSigned": false}]\n',
      modes: ['implicit-verified'],
    },
    {
      label: 'mistake',
      file: 'mailtrain.json',
      text: '[{"hostname": "smtp.example.com", "port": 587, "encryption": "STARTTLS", "allowSelfSigned": true}]\n',
      modes: ['opportunistic'],
      fixed: ['implicit-verified'],
    },
  ],
}
