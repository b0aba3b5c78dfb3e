import type { Document } from '../format/index.ts'
import { modeOf } from '../mode.ts'
import type { Settings } from '../settings.ts'
import type { FoundSetup, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

function judge(settings: Settings): Verdict {
  const tls = settings.text('tls') ?? 'Opportunistic'
  const verified = !tls.endsWith('Insecure')
  const loose = ['tls', "the certificate is not looked at: anybody may answer in the server's name"] as const
  if (settings.text('transport') === 'ImplicitTls') {
    const how = ['transport', 'TLS from the first octet'] as const
    return verified ? verdict(modeOf('implicit', true), how) : verdict(modeOf('implicit', false), loose, how)
  }
  if (tls === 'Disabled') return verdict('plaintext', ['tls', 'STARTTLS is left alone even where it is offered'])
  if (tls === 'Required') return verdict('required-verified', ['tls', 'STARTTLS or no mail, and the certificate must be right'])
  if (tls === 'RequiredInsecure') return verdict('required-unverified', loose, ['tls', 'STARTTLS or no mail'])
  return verdict('opportunistic', [
    'tls',
    'STARTTLS is used where it is offered; where somebody hides the offer, mail goes out readable',
  ])
}

/** What counts for every domain must leave mail to those that offer no TLS (RFC 7435). */
const isForAll = ({ format }: Document, { name }: FoundSetup): boolean => format === 'lua' || name === 'default' || name === '*'
const only = (forAll: boolean) => (document: Document, setup: FoundSetup) =>
  isForAll(document, setup) === forAll ? [] : undefined

export const kumomta: Software = {
  id: 'kumomta',
  name: 'KumoMTA',
  kind: 'mta',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)[\w-]*shaping[\w-]*\.toml$/,
      format: 'toml',
      keys: { tls: '*.enable_tls', transport: '*.tls_mode', sts: '*.enable_mta_sts', dane: '*.enable_dane' },
      anchors: ['tls', 'transport'],
    },
    {
      kind: 'file',
      path: /\.lua$/,
      format: 'lua',
      keys: { tls: '**.enable_tls', transport: '**.tls_mode', sts: '**.enable_mta_sts', dane: '**.enable_dane' },
      anchors: ['tls', 'transport'],
      marks: ['kumo.make_egress_path'],
    },
    {
      kind: 'unseen',
      where: 'what the policy in Lua makes of it when KumoMTA runs',
      query: 'grep -rn -e enable_tls -e tls_mode -e enable_dane -e enable_mta_sts /opt/kumomta/etc/policy',
    },
  ],
  judge,
  remedies: [
    { security: 'starttls', set: { tls: 'Required' }, edit: only(false) },
    {
      security: 'starttls',
      set: { tls: 'Opportunistic' },
      edit: only(true),
      also: 'For a relay, write a block of its own with enable_tls = "Required".',
    },
  ],
  write: ({ host, security }) => ({
    file: 'shaping.toml',
    text: `["${host}"]\nmx_rollup = false\nenable_tls = "Required"\n${security === 'implicit' ? 'tls_mode = "ImplicitTls"\n' : ''}`,
  }),
  notes: [
    'A policy that a domain publishes (MTA-STS, on by default; DANE with enable_dane) goes before enable_tls.',
    '`Opportunistic` verifies where TLS is offered: a certificate that is not right stops the mail, no offer does not.',
    'tls_mode = "ImplicitTls" is in development builds only, at the time of writing.',
  ],
  sources: ['docs.kumomta.com, make_egress_path: enable_tls, tls_mode', 'kumo_api_types egress_path.rs'],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'policy/shaping.toml',
      text: '["default"]\nconnection_limit = 10\nenable_tls = "Opportunistic"\n',
      modes: ['opportunistic'],
    },
    {
      label: 'mistake',
      file: 'policy/shaping.toml',
      text: '["smtp.example.com"]\nmx_rollup = false\nenable_tls = "OpportunisticInsecure" # their certificate is old\n',
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'policy/shaping.toml',
      text: '["default"]\nenable_tls = "Disabled"\n',
      modes: ['plaintext'],
      fixed: ['opportunistic'],
    },
    {
      label: 'mistake',
      file: 'policy/init.lua',
      text: "--[[ paths\nenable_tls = 'Required' ]]\nkumo.on('get_egress_path_config', function(domain, source, site)\n  return kumo.make_egress_path {\n    connection_limit = 32, -- few\n    enable_tls = 'Disabled',\n  }\nend)\n",
      modes: ['plaintext'],
      fixed: ['opportunistic'],
    },
  ],
}
