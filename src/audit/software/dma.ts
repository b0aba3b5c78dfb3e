import { modeOf } from '../mode.ts'
import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

/** A setting that is there is on; dma knows no other way to say it. */
function judge(settings: Settings): Verdict {
  if (!settings.has('secure') || settings.flag('secure') === false)
    return verdict('plaintext', ['secure', 'SECURETRANSFER is not there: mail goes out readable'])
  const security = settings.has('starttls') ? 'starttls' : 'implicit'
  if (security === 'starttls' && settings.has('opportunistic') && settings.flag('opportunistic') !== false)
    return verdict('opportunistic', ['opportunistic', 'where STARTTLS fails, mail goes out readable'])
  const how =
    security === 'implicit' ? (['secure', 'TLS from the first octet'] as const) : (['starttls', 'STARTTLS or no mail'] as const)
  if (settings.has('fingerprint'))
    return verdict(modeOf(security, true), ['fingerprint', 'only the one certificate with this fingerprint passes'], how)
  if (settings.has('verify') && settings.flag('verify') !== false) return verdict(modeOf(security, true), how)
  return verdict(
    modeOf(security, false),
    ['verify', "the certificate is not looked at: anybody may answer in the smarthost's name"],
    how,
  )
}

const since = '0.14'
const also =
  'VERIFYCERT is known to dma since October 2023 (behind 0.13): an older one stops at the line, and needs FINGERPRINT instead.'

export const dma: Software = {
  id: 'dma',
  name: 'DragonFly Mail Agent (dma)',
  kind: 'mta',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)dma\.conf$/,
      format: 'words',
      keys: {
        host: 'SMARTHOST',
        port: 'PORT',
        secure: 'SECURETRANSFER',
        starttls: 'STARTTLS',
        opportunistic: 'OPPORTUNISTIC_TLS',
        verify: 'VERIFYCERT',
        fingerprint: 'FINGERPRINT',
        mailname: 'MAILNAME',
        auth: 'AUTHPATH',
      },
      anchors: ['host', 'secure', 'mailname', 'auth'],
    },
  ],
  judge,
  remedies: [
    { security: 'starttls', set: { secure: true, starttls: true, verify: true }, ifSet: { opportunistic: false }, since, also },
    { security: 'implicit', set: { secure: true, verify: true }, ifSet: { opportunistic: false, starttls: false }, since, also },
    { security: 'starttls', set: { secure: true, starttls: true }, ifSet: { opportunistic: false } },
    { security: 'implicit', set: { secure: true }, ifSet: { opportunistic: false, starttls: false } },
  ],
  write: ({ host, port, security }) => ({
    file: 'dma.conf',
    text: `SMARTHOST ${host}\nPORT ${port}\nAUTHPATH /etc/dma/auth.conf\nSECURETRANSFER\n${security === 'starttls' ? 'STARTTLS\n' : ''}VERIFYCERT\n`,
  }),
  notes: [
    'The manual page calls it SECURETRANS; the program reads SECURETRANSFER, and stops at lines it does not know.',
    'A setting counts where it stands without `#`; there is no value to turn it off.',
    "VERIFYCERT looks at the smarthost's certificate only; mail that dma takes to a domain itself is never verified.",
    'SECURETRANSFER alone means TLS from the first octet, for port 465.',
  ],
  sources: [
    'corecode/dma conf.c (keys; an unknown one stops dma)',
    'dma(8) and dma.conf, 0.13 as Debian 12 ships them',
    'corecode/dma pull request 132, merged October 2023',
  ],
  checkedOn: '2026-11-24',
  confidence: 'documentation',
  examples: [
    {
      label: 'default',
      file: 'etc/dma/dma.conf',
      text: '#SMARTHOST mail.example.com\n#SECURETRANSFER\n#STARTTLS\nMAILNAME /etc/mailname\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'etc/dma/dma.conf',
      text: 'SMARTHOST smtp.example.com\nPORT 587\nSECURETRANSFER\nSTARTTLS\nOPPORTUNISTIC_TLS\n',
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'etc/dma/dma.conf',
      text: 'SMARTHOST smtp.example.com\nPORT 465\n',
      modes: ['plaintext'],
      fixed: ['implicit-unverified'],
      version: '0.13',
    },
  ],
}
