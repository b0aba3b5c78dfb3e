import type { Document } from '../format/index.ts'
import type { Settings } from '../settings.ts'
import type { FoundSetup, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

function judge(settings: Settings): Verdict {
  const tls = settings.text('tls')?.toLowerCase() ?? 'no'
  if (tls === 'ifavailable')
    return verdict('opportunistic', [
      'tls',
      'STARTTLS is used where it is offered; where somebody hides the offer, mail goes out readable',
    ])
  if (tls !== 'required') return verdict('plaintext', ['tls', 'STARTTLS is left alone even where it is offered'])
  const how = ['tls', 'STARTTLS or no mail'] as const
  if (settings.text('verify')?.toLowerCase() === 'host') return verdict('required-verified', how)
  return verdict('required-unverified', ['verify', 'the certificate need not be right for the host'], how)
}

/** What counts for every domain must leave mail to those that offer no TLS (RFC 7435). */
const isForAll = ({ name }: FoundSetup): boolean => !/(?:^|\s)(?:Domain|Host)\s/i.test(name)
const only = (forAll: boolean) => (_: Document, setup: FoundSetup) => (isForAll(setup) === forAll ? [] : undefined)

export const momentum: Software = {
  id: 'momentum',
  name: 'Momentum (Bird)',
  kind: 'mta',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)ecelerity(?:-[\w-]+)?\.conf$/,
      format: 'ecelerity',
      keys: {
        tls: ['**.TLS', '**.tls'],
        verify: ['**.TLS_Verify', '**.tls_verify'],
        sts: ['**.use_mta_sts', '**.enable_mta_sts'],
      },
      anchors: ['tls'],
    },
  ],
  judge,
  remedies: [
    { security: 'starttls', set: { tls: 'required', verify: 'host' }, edit: only(false) },
    {
      security: 'starttls',
      set: { tls: 'ifavailable' },
      edit: only(true),
      also: 'For a relay, write a Domain scope of its own with TLS = "required" and TLS_Verify = "host".',
    },
  ],
  write: ({ host }) => ({
    file: 'ecelerity.conf',
    text: `Domain "${host}" {\n  TLS = "required"\n  TLS_Verify = "host"\n}\n`,
  }),
  notes: [
    'With use_mta_sts, a domain whose policy says `enforce` gets TLS required and verified, whatever stands here; the stricter of the two counts.',
    'An inner scope goes before an outer one.',
  ],
  sources: ['support.sparkpost.com, Momentum 4, enable_mta_sts; defaults not seen'],
  checkedOn: '2026-11-24',
  confidence: 'unverified',
  examples: [
    {
      label: 'default',
      file: 'conf/default/ecelerity.conf',
      text: 'TLS = "no"\n',
      modes: ['plaintext'],
      fixed: ['opportunistic'],
    },
    {
      label: 'mistake',
      file: 'conf/default/ecelerity.conf',
      text: 'Domain "smtp.example.com" {\n  # relay\n  TLS = "required"\n  TLS_Verify = "optional"\n}\n',
      modes: ['required-unverified'],
      fixed: ['required-verified'],
    },
  ],
}
