import { modeOf } from '../mode.ts'
import type { Settings } from '../settings.ts'
import type { FoundSetup, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

function judge(settings: Settings): Verdict {
  const implicit = /^smtps:/i.test(settings.text('url') ?? '')
  const loose =
    settings.flag('verifyHost') === false ? 'verifyHost' : settings.flag('verifyDates') === false ? 'verifyDates' : undefined
  const told = (security: 'starttls' | 'implicit', key: string, words: string): Verdict =>
    loose === undefined
      ? verdict(modeOf(security, true), [key, words])
      : verdict(
          modeOf(security, false),
          [loose, 'a certificate that is not right for the server, or out of date, is taken'],
          [key, words],
        )
  if (implicit) return told('implicit', 'url', 'TLS from the first octet')
  // On by default since 2.0.
  if (settings.flag('force') ?? settings.since('2.0')) return told('starttls', 'force', 'STARTTLS or no mail')
  if (settings.flag('starttls') === false)
    return verdict('plaintext', ['starttls', 'STARTTLS is left alone even where it is offered'])
  return verdict('opportunistic', [
    'force',
    'STARTTLS is used where it is offered; where somebody hides the offer, mail goes out readable',
  ])
}

const isImplicit = ({ entries }: FoundSetup): boolean => {
  const value = entries['url']?.value
  return value?.kind === 'literal' && /^smtps:|:465\/?$/.test(value.text)
}

/** `smtp://user@host:587/` with TLS from the first octet. */
function rewriteUrl(url: string): string | undefined {
  const [, rest] = /^smtps?:\/\/(.+)$/i.exec(url) ?? []
  return rest === undefined ? undefined : `smtps://${rest.replace(/:(?:25|587|2525)(\/?)$/, ':465$1')}`
}

export const mutt: Software = {
  id: 'mutt',
  name: 'mutt and NeoMutt',
  kind: 'client',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)(?:\.?(?:neo)?muttrc|Muttrc(?:\.d\/[^/]+)?|mutt\/[^/]+\.rc)$/,
      format: 'muttrc',
      keys: {
        url: 'smtp_url',
        force: 'ssl_force_tls',
        starttls: 'ssl_starttls',
        verifyHost: 'ssl_verify_host',
        verifyDates: 'ssl_verify_dates',
      },
      anchors: ['url'],
    },
  ],
  boundaries: ['2.0'],
  judge,
  remedies: [
    {
      security: 'starttls',
      set: { force: 'yes' },
      ifSet: { starttls: 'yes', verifyHost: 'yes', verifyDates: 'yes' },
      edit: (_, setup) => (isImplicit(setup) ? undefined : []),
    },
    { security: 'implicit', set: {}, ifSet: { verifyHost: 'yes', verifyDates: 'yes' }, rewrite: { url: rewriteUrl } },
  ],
  write: ({ host, port, security }) => ({
    file: '.muttrc',
    text: `set smtp_url="smtp${security === 'implicit' ? 's' : ''}://YOUR-USER@${host}:${port}/"\nset ssl_starttls=yes\nset ssl_force_tls=yes\n`,
  }),
  notes: [
    'ssl_force_tls is on by default since mutt 2.0. NeoMutt counts its versions by date: write the line there.',
    'Without smtp_url mutt hands mail to the sendmail program, and that decides.',
    'Who is asked about a certificate may still say yes to a wrong one.',
  ],
  sources: ['muttrc(5), 2.2.12 as Debian 12 ships it', 'mutt UPDATING, 2.0 (ssl_force_tls)'],
  checkedOn: '2026-11-24',
  confidence: 'documentation',
  examples: [
    {
      label: 'default',
      file: '.muttrc',
      text: 'set smtp_url="smtp://me@smtp.example.com:587/"\n',
      modes: ['opportunistic', 'required-verified'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: '.muttrc',
      text: 'set smtp_url="smtp://me@smtp.example.com:587/" # work\nset ssl_force_tls=no\nunset ssl_starttls\n',
      modes: ['plaintext'],
      fixed: ['required-verified'],
      version: '2.2.12',
    },
    {
      label: 'mistake',
      file: '.muttrc',
      text: 'set smtp_url = "smtps://me@smtp.example.com:465/"\nset nossl_verify_host\n',
      modes: ['implicit-unverified'],
      fixed: ['implicit-verified'],
    },
  ],
}
