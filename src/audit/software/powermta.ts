import type { Document } from '../format/index.ts'
import type { Settings } from '../settings.ts'
import type { FoundSetup, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

function judge(settings: Settings): Verdict {
  if (settings.flag('use') === false) return verdict('plaintext', ['use', 'STARTTLS is left alone even where it is offered'])
  if (settings.flag('require') === true)
    return verdict('required-unverified', ['require', 'STARTTLS or no mail, but any certificate passes'])
  return verdict('opportunistic', [
    'require',
    'STARTTLS is used where it is offered; where somebody hides the offer, mail goes out readable',
  ])
}

/** What counts for every domain must leave mail to those that offer no TLS (RFC 7435). */
const isForAll = ({ name }: FoundSetup): boolean => name === 'domain *' || name === ''
const only = (forAll: boolean) => (_: Document, setup: FoundSetup) => (isForAll(setup) === forAll ? [] : undefined)

export const powermta: Software = {
  id: 'powermta',
  name: 'PowerMTA',
  kind: 'mta',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)(?:pmta\/[\w.-]+|pmta\.conf)$/,
      format: 'pmta',
      keys: { use: '*.use-starttls', require: '*.require-starttls' },
      anchors: ['use', 'require'],
    },
  ],
  judge,
  remedies: [
    { security: 'starttls', set: { use: 'yes', require: 'yes' }, edit: only(false), also: 'Run `pmta reload`.' },
    {
      security: 'starttls',
      set: { use: 'yes' },
      edit: only(true),
      also: 'Run `pmta reload`. For a relay, write a <domain> block of its own with require-starttls yes.',
    },
  ],
  instead:
    'How a certificate is checked depends on the version: look for its smtp-tls directives in the manual of yours. A relay in between that verifies does it for all versions.',
  write: ({ host }) => ({
    file: 'pmta/config',
    text: `<domain ${host}>\n  use-starttls yes\n  require-starttls yes\n</domain>\n`,
  }),
  notes: [
    'require-starttls in `<domain *>` leaves mail to every domain without TLS in the queue.',
    'The default of use-starttls is yes in recent versions; older manuals say otherwise: write it down.',
  ],
  sources: ['Public PowerMTA configurations; the manual was not at hand'],
  checkedOn: '2026-11-24',
  confidence: 'unverified',
  examples: [
    {
      label: 'default',
      file: 'etc/pmta/config',
      text: '<domain *>\n  max-smtp-out 20\n  use-starttls yes\n</domain>\n',
      modes: ['opportunistic'],
    },
    {
      label: 'mistake',
      file: 'etc/pmta/config',
      text: '<domain smtp.example.com>\n  use-starttls yes # relay\n</domain>\n',
      modes: ['opportunistic'],
      fixed: ['required-unverified'],
    },
    {
      label: 'mistake',
      file: 'etc/pmta/config',
      text: '<domain *>\n  use-starttls no\n</domain>\n',
      modes: ['plaintext'],
      fixed: ['opportunistic'],
    },
  ],
}
