import { type ClientHello, type HelloAnswer, exchangeHello } from '../hello/index.ts'
import { suites as everySuite } from '../registry/index.ts'
import { composeHello, composeHello13 } from './composeHello.ts'
import { type KnownServer, type NotTested, type Open, type ProbeOptions, type Probed, findOldVersion } from './probed.ts'
import { tell } from './tell.ts'

/** What a server may not bear in a hello; the sizes are of the message, in octets. */
export type Strain = 'tls13' | 'size-256' | 'size-512' | 'ml-kem' | 'many-suites' | 'unknown-extension'

/** `vulnerable` means: refuses a hello for what it should pass over. */
export interface Tolerance {
  readonly to: Strain
  readonly probed: Probed
}

interface Trial {
  readonly to: Strain
  /** What a reader is told that the hello had. */
  readonly what: string
  readonly plain: ClientHello
  readonly strained: ClientHello
}

/**
 * Finds out which hellos of today a server breaks on (RFC 8701 1 tells how that comes about). What it refuses twice, and
 * takes at once without the strain, it does not bear.
 */
export async function probeIntolerance(open: Open, known: KnownServer, options: ProbeOptions): Promise<readonly Tolerance[]> {
  const found: Tolerance[] = []
  for (const trial of listTrials(known, options.servername))
    found.push({ to: trial.to, probed: await tryOut(trial, open, options) })
  return found
}

function listTrials(known: KnownServer, servername: string | undefined): Trial[] {
  const version = findOldVersion(known)
  const old = version === undefined ? undefined : composeHello(version, known.suites, servername)
  const newest = composeHello13(version === 0x0303 ? known.suites : [], servername)
  const usual = old ?? newest
  // Where TLS 1.3 is not known to be there, the hello has to hold what the server takes instead.
  const modern = version === 0x0303 || known.versions.includes(0x0304)
  const trials: Trial[] = []
  if (old && version === 0x0303) trials.push({ to: 'tls13', what: 'TLS 1.3 besides TLS 1.2', plain: old, strained: newest })
  // RFC 7685 1: hellos of 256 to 511 octets were what some hung on; others on anything above.
  if (usual.version > 0x0300) {
    trials.push({ to: 'size-256', what: '300 octets', plain: usual, strained: { ...usual, padTo: 300 } })
    trials.push({ to: 'size-512', what: '600 octets', plain: usual, strained: { ...usual, padTo: 600 } })
    const grease = [{ type: 0x3a3a, data: Buffer.of(0) }]
    trials.push({
      to: 'unknown-extension',
      what: 'an unknown extension',
      plain: usual,
      strained: { ...usual, extensions: grease },
    })
  }
  trials.push({
    to: 'many-suites',
    what: '160 cipher suites',
    plain: usual,
    strained: { ...usual, suites: fillUp(usual.suites, 160) },
  })
  if (modern) {
    // X25519MLKEM768: its share and what browsers send besides take more than the 1460 octets of a segment.
    const hybrid = { ...newest, groups: [0x11ec, ...newest.groups], keyShares: [0x11ec, 29], padTo: 1600 }
    trials.push({ to: 'ml-kem', what: 'a key share of ML-KEM, in more than one segment', plain: newest, strained: hybrid })
  }
  return trials
}

async function tryOut({ what, plain, strained }: Trial, open: Open, options: ProbeOptions): Promise<Probed> {
  let refused: Exclude<HelloAnswer, { kind: 'flight' }> | undefined
  for (let round = 0; round < 2; round++) {
    const answer = await ask(open, strained, options)
    if (answer.kind === 'not-tested') return answer
    if (answer.kind === 'flight') {
      if (round === 0) return { kind: 'safe', evidence: `the server took a hello with ${what}` }
      return { kind: 'not-tested', why: `the server refused a hello with ${what} once, and took it the next time` }
    }
    refused = answer
  }
  const bare = await ask(open, plain, options)
  if (bare.kind === 'not-tested' || !refused) return { kind: 'not-tested', why: 'there was no further connection' }
  if (bare.kind !== 'flight') return { kind: 'not-tested', why: `to a hello without ${what}, the server ${tell(bare)} as well` }
  const evidence = `to a hello with ${what}, the server ${tell(refused)}; it took the same without`
  return { kind: 'vulnerable', evidence, bytes: refused.bytes.subarray(0, 64) }
}

async function ask(open: Open, hello: ClientHello, options: ProbeOptions): Promise<HelloAnswer | NotTested> {
  const stream = await open()
  return stream ? exchangeHello(stream, hello, options) : { kind: 'not-tested', why: 'there was no further connection' }
}

/** Suites that any client might offer, so that nobody takes offence at them: newest first. */
const ordinary = everySuite
  .filter(({ exchange, authentication, bits, ...suite }) => {
    const usual = ['tls13', 'rsa', 'dhe', 'ecdh', 'ecdhe', 'dh', 'psk', 'dhe-psk', 'ecdhe-psk'].includes(exchange)
    return usual && authentication !== 'anon' && bits >= 128 && !suite.export
  })
  .map(({ id }) => id)
  .toReversed()

/** What the server takes comes first, so that it chooses as before. */
function fillUp(suites: readonly number[], count: number): number[] {
  return [...suites, ...ordinary.filter((id) => !suites.includes(id))].slice(0, count)
}
