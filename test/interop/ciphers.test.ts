/** What `sealpost check --deep` lists of a server is what sslscan lists; where they differ, it is known why. */
import { describe, expect } from 'vitest'
import { surveyGnutls } from './lab/bare.ts'
import { type Chain, examineTarget, listRules, type Survey } from './lab/examination.ts'
import { gnutlsPort, gnutlsVariants, opensslPort, opensslVariants } from './lab/front.ts'
import type { ServerName } from './lab/lab.ts'
import { createWorkplace } from './lab/sealpost.ts'
import { hexOf, scan, type Scan } from './lab/sslscan.ts'
import { testIn } from './lab/test.ts'

interface Place {
  readonly name: ServerName
  /** What it is called below. */
  readonly label: string
  readonly scheme: string
  readonly port: number
  /** What sslscan calls the dialogue before TLS; undefined where TLS comes first. */
  readonly starttls?: string
}

const places: readonly Place[] = [
  { name: 'postfix', label: 'postfix', scheme: 'smtp', port: 25, starttls: 'smtp' },
  { name: 'postfix-old', label: 'postfix-old', scheme: 'smtps', port: 465 },
  { name: 'exim', label: 'exim', scheme: 'smtp', port: 25, starttls: 'smtp' },
  { name: 'exim-old', label: 'exim-old', scheme: 'smtps', port: 465 },
  { name: 'sendmail', label: 'sendmail', scheme: 'smtp', port: 25, starttls: 'smtp' },
  { name: 'dovecot', label: 'dovecot', scheme: 'imap', port: 143, starttls: 'imap' },
  { name: 'dovecot', label: 'dovecot', scheme: 'pop3', port: 110, starttls: 'pop3' },
  { name: 'dovecot', label: 'dovecot', scheme: 'imaps', port: 993 },
  { name: 'dovecot-no-dh', label: 'dovecot-no-dh', scheme: 'imap', port: 143, starttls: 'imap' },
  ...opensslVariants.map((variant): Place => {
    return { name: 'openssl', label: `openssl ${variant}`, scheme: 'smtp', port: opensslPort(variant), starttls: 'smtp' }
  }),
]

interface Explanation {
  /** Of `label: side fact`, where the side is the one that alone has it. */
  readonly difference: RegExp
  readonly why: string
}

const explanations: readonly Explanation[] = [
  {
    difference: /^dovecot-no-dh: sealpost (?:version|suite|group) TLSv1\.2\b/,
    why: 'the server chooses Diffie-Hellman where it is offered and breaks off, having no parameters; sslscan always offers it',
  },
  {
    difference: /^(?:postfix|openssl no-encryption|openssl no-certificate|gnutls no-certificate): sealpost group TLSv1\.2 /,
    why: 'sslscan asks for groups with suites that encrypt and have a certificate; these groups go with others alone: a certificate of P-256 wants a client that knows P-256 (RFC 8422 5.1)',
  },
  {
    difference: /^(?:postfix-old|exim-old|dovecot|openssl two-keys|openssl everything|gnutls old): sealpost certificate /,
    why: 'sslscan shows one certificate of a server with two',
  },
]

const test = testIn({ servers: [...new Set(places.map(({ name }) => name)), 'gnutls'] })

const used = new Set<Explanation>()

describe.each(places)('$label, $scheme', (place) => {
  test('is the same to both', async ({ lab }) => {
    const { host, name } = lab.server(place.name)
    const theirs = await scan(lab, { ...place, host: host.address, name })
    const examined = await examineTarget(lab, createWorkplace(lab), `${place.scheme}://${name}:${place.port}`, '--deep')
    const { survey, tls } = examined.host
    if (!survey) throw new Error('nothing was listed')
    expectSame(place.label, survey, tls?.chain ?? [], theirs)
  })
})

describe.each(gnutlsVariants)('gnutls %s', (variant) => {
  test('is the same to both, and has no weakness that is not there', async ({ lab }) => {
    const { host, name } = lab.server('gnutls')
    const theirs = await scan(lab, { host: host.address, name, port: gnutlsPort(variant) })
    const { survey, heartbeat, probes } = await surveyGnutls(lab, variant)
    expectSame(`gnutls ${variant}`, survey, [], theirs)
    expect(heartbeat).toBe(variant === 'heartbeat')
    const wrong = Object.entries(probes).filter(([, { kind }]) => kind === 'vulnerable' || kind === 'not-tested')
    expect(wrong).toEqual([])
    expect(probes['heartbleed']?.kind).toBe(variant === 'heartbeat' ? 'safe' : 'not-applicable')
  })
})

describe('dovecot without parameters for Diffie-Hellman', () => {
  // What breaks the handshake off is the choice, not the offer: alert internal_error (80) is no answer about what was offered.
  test('has all suites but those that need them', async ({ lab }) => {
    const list = async (name: ServerName) => {
      const { host } = await examineTarget(lab, createWorkplace(lab), `imaps://mx.${name}.test`, '--deep')
      const names = host.survey?.suites.find(({ version }) => version === 'TLSv1.2')?.suites.map((suite) => suite.name ?? '')
      return (names ?? []).filter((suite) => /^TLS_(?:ECDHE_)?RSA_/.test(suite)).toSorted()
    }
    const all = await list('dovecot')
    expect(all.length).toBeGreaterThan(10)
    expect(await list('dovecot-no-dh')).toEqual(all)
  })

  const depths = [
    { depth: 'brief', options: [] },
    { depth: 'deep', options: ['--deep'] },
  ]
  test.for(depths)('is not said to lack TLS 1.2, nor to count suites: $depth', async ({ options }, { lab }) => {
    const { host } = await examineTarget(lab, createWorkplace(lab), 'imap://mx.dovecot-no-dh.test', ...options)
    const lacking = host.survey?.versions.filter(({ accepted }) => accepted === false).map(({ version }) => version)
    expect(lacking).not.toContain('TLSv1.2')
    expect(listRules(host, 'high', 'medium', 'low')).toEqual([])
  })
})

test('no explanation is left over', () => {
  expect(explanations.filter((explanation) => !used.has(explanation))).toEqual([])
})

function expectSame(label: string, survey: Survey, chain: Chain, theirs: Scan): void {
  const differences = compare(survey, chain, theirs).map((difference) => `${label}: ${difference}`)
  const unexplained = differences.filter((difference) => {
    const found = explanations.filter((explanation) => explanation.difference.test(difference))
    for (const explanation of found) used.add(explanation)
    return found.length === 0
  })
  expect(unexplained).toEqual([])
  expect(findOtherChoices(survey, theirs)).toEqual([])
}

function compare(survey: Survey, chain: Chain, theirs: Scan): string[] {
  // In TLS 1.3 certificates are encrypted: they are seen in the handshake that comes to its end.
  const chains = [chain, ...survey.certificates.map((one) => one.chain)]
  const ours = {
    version: survey.versions.filter(({ accepted }) => accepted === true).map(({ version }) => version),
    suite: survey.suites.flatMap(({ version, suites }) => suites.map(({ id }) => `${version} ${id}`)),
    group: survey.groups.flatMap(({ version, groups }) => groups.map(({ id }) => `${version} ${id}`)),
    certificate: chains.flatMap(([leaf]) => (leaf ? [hexOf(leaf.sha256)] : [])),
  }
  const seen = {
    version: theirs.versions,
    suite: flatten(theirs.suites),
    group: flatten(theirs.groups),
    certificate: theirs.certificates,
  }
  return (['version', 'suite', 'group', 'certificate'] as const).flatMap((kind) => [
    ...[...new Set(ours[kind])].filter((fact) => !seen[kind].includes(fact)).map((fact) => `sealpost ${kind} ${fact}`),
    ...seen[kind].filter((fact) => !ours[kind].includes(fact)).map((fact) => `sslscan ${kind} ${fact}`),
  ])
}

function flatten(lists: ReadonlyMap<string, readonly string[]>): string[] {
  return [...lists].flatMap(([version, ids]) => ids.map((id) => `${version} ${id}`))
}

/** Where the server decides, whoever asks for all gets the same suite first. */
function findOtherChoices(survey: Survey, theirs: Scan): string[] {
  return survey.suites.flatMap(({ version, order, suites }) => {
    const [first] = suites
    const preferred = theirs.preferred.get(version)
    const same = order !== 'server' || !first || preferred === undefined || first.id === preferred
    return same ? [] : [`${version}: ${first.id} is first for Sealpost, ${preferred} for sslscan`]
  })
}
