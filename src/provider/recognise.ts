import { isIP } from 'node:net'
import { mailboxProviders } from './directory.ts'
import { sendingProviders } from './find.ts'
import type { ProviderKind, SendingProvider } from './sending.ts'

/** A provider, and what gave it away. */
export interface Recognised {
  readonly id: string
  readonly name: string
  readonly kind: ProviderKind
  readonly by: 'host' | 'mx' | 'spf'
  /** The name it was told by, in lower case. */
  readonly evidence: string
}

type Known = Pick<Recognised, 'id' | 'name' | 'kind'>
type Suffixes = ReadonlyMap<string, readonly Known[]>

const hosts = index((provider) =>
  provider.places.flatMap((place) => place.hosts.map((host) => (typeof host === 'string' ? host : host[0]))),
)
const includes = index(({ spf }) => spf)
const returnPaths = index(({ returnPaths }) => returnPaths)
const exchanges: Suffixes = new Map(
  mailboxProviders.flatMap(({ id, name, mxSuffixes }) =>
    mxSuffixes.map((suffix) => [suffix, [{ id, name, kind: 'mailbox' as const }]] as const),
  ),
)

/** Which directory has the word where several know a suffix: the one that is about names of that sort. */
const tables: Readonly<Record<Recognised['by'], readonly Suffixes[]>> = {
  host: [hosts, exchanges, returnPaths],
  mx: [exchanges, hosts, returnPaths],
  spf: [includes, exchanges, returnPaths],
}

/** Names that are looked at: a hostile zone may have many. */
const maxNames = 40

/**
 * The providers that names belong to, by the longest suffix of whole labels; each once. One name may belong to several:
 * Resend sends through Amazon SES.
 *
 * @example
 * ```ts
 * recognise('spf', ['u123.wl.sendgrid.net'])[0]?.id === 'sendgrid'
 * recognise('mx', ['aspmx.l.google.com'])[0]?.id === 'google'
 * ```
 */
export function recognise(by: Recognised['by'], names: readonly string[]): readonly Recognised[] {
  const found = new Map<string, Recognised>()
  for (const name of names.slice(0, maxNames)) {
    const evidence = name.toLowerCase().replace(/\.$/, '')
    for (const known of findBySuffix(tables[by], evidence))
      if (!found.has(known.id)) found.set(known.id, { ...known, by, evidence })
  }
  return [...found.values()]
}

function findBySuffix(known: readonly Suffixes[], name: string): readonly Known[] {
  let rest = name
  while (rest !== '') {
    for (const suffixes of known) {
      const here = suffixes.get(rest)
      if (here) return here
    }
    const dot = rest.indexOf('.')
    rest = dot === -1 ? '' : rest.slice(dot + 1)
  }
  return []
}

function index(namesOf: (provider: SendingProvider) => readonly string[]): Suffixes {
  const suffixes = new Map<string, Known[]>()
  for (const provider of sendingProviders) {
    const { id, name, kind } = provider
    for (const suffix of new Set(namesOf(provider))) {
      // An address of this machine tells nothing.
      if (isIP(suffix) !== 0) continue
      const here = suffixes.get(suffix) ?? []
      suffixes.set(suffix, [...here, { id, name, kind }])
    }
  }
  return suffixes
}
