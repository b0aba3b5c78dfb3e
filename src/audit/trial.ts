import { type CheckResult, type HostResult, type Target, parseTarget } from '../check/index.ts'
import { SealpostError } from '../errors.ts'
import { type Mode, rankOf } from './mode.ts'

/** What a program set up like this does against the server as it is. */
export type Outcome =
  /** Mail goes out, encrypted to the right server. */
  | 'verified'
  /** Mail goes out, encrypted to whoever answers. */
  | 'unverified'
  /** Mail goes out encrypted as long as nobody hides the offer. */
  | 'strippable'
  /** Mail goes out readable. */
  | 'plaintext'
  /** The program refuses to go on, and mail stays. */
  | 'stops'
  /** The server could not be tried. */
  | 'not-tested'

export interface Trial {
  /** `smtps://smtp.example.com:465`. */
  readonly target: string
  readonly outcome: Outcome
  readonly words: string
  /** What check said of the server. */
  readonly verdict: CheckResult['verdict']
}

/** The server of a setup as check examines it; undefined where no host or no port is known. */
export function targetOf(host: string | undefined, port: number | undefined, mode: Mode): Target | undefined {
  if (host === undefined || port === undefined) return undefined
  try {
    const target = parseTarget(`smtp://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`)
    if (target.kind !== 'host') return undefined
    const security = mode.startsWith('implicit') ? 'implicit' : 'starttls'
    const scheme = security === 'implicit' ? 'smtps' : 'submission'
    return { ...target, text: `${scheme}://${host}:${port}`, service: { protocol: 'smtp', port, security, login: true } }
  } catch (error) {
    // A host that is none, such as a placeholder.
    if (error instanceof SealpostError) return undefined
    throw error
  }
}

/** What the settings make of what the server gave. The worst of its addresses counts. */
export function judgeTrial(mode: Mode, result: CheckResult): Trial {
  const outcomes = result.hosts.map((host) => judgeHost(mode, host))
  const [worst] = outcomes.toSorted((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome))
  const found = worst ?? { outcome: 'not-tested', words: result.words }
  return { target: result.target, verdict: result.verdict, ...found }
}

const order: readonly Outcome[] = ['plaintext', 'stops', 'strippable', 'unverified', 'not-tested', 'verified']

function judgeHost(mode: Mode, host: HostResult): { readonly outcome: Outcome; readonly words: string } {
  const rules = new Set(host.findings.map(({ rule }) => rule))
  if (host.cause === 'not-implicit-tls')
    return {
      outcome: 'stops',
      words:
        'TLS from the first octet is asked of a port that begins in plaintext: it fails with "wrong version number" or "first record does not look like a TLS handshake". Ask for STARTTLS, or use port 465',
    }
  if (rules.has('implicit-tls-instead'))
    return {
      outcome: 'stops',
      words: 'the port wants TLS from the first octet and never greets in plaintext, so the connection times out',
    }
  if (['refused', 'unreachable', 'temporary', 'not-tested'].includes(host.verdict))
    return { outcome: 'not-tested', words: `the server could not be tried: ${host.words}` }
  if (host.verdict === 'plaintext' || (host.verdict === 'broken' && !host.tls)) return judgeWithoutTls(mode, host)
  if (mode === 'plaintext')
    return rules.has('tls-demanded')
      ? { outcome: 'stops', words: 'the server takes no mail without TLS, and none is asked for' }
      : { outcome: 'plaintext', words: 'the server offers TLS and the program does not ask for it: mail goes out readable' }
  const verified = ['valid', 'authenticated'].includes(host.verdict)
  if (rankOf(mode) === 3 && !verified)
    return { outcome: 'stops', words: `the server's certificate is not accepted: ${host.words}` }
  if (mode === 'opportunistic')
    return {
      outcome: 'strippable',
      words: 'encrypted today; would fall back to plaintext if somebody on the way hides the offer',
    }
  if (rankOf(mode) === 3) return { outcome: 'verified', words: 'encrypted, and the server proves who it is' }
  return {
    outcome: 'unverified',
    words: verified
      ? "encrypted today; with any certificate, so that whoever answers in the server's name can read along"
      : `encrypted to whoever answers: ${host.words}`,
  }
}

function judgeWithoutTls(mode: Mode, host: HostResult): { readonly outcome: Outcome; readonly words: string } {
  const why = host.words
  return rankOf(mode) >= 2
    ? { outcome: 'stops', words: `no mail goes out: ${why}` }
    : { outcome: 'plaintext', words: `mail goes out readable: ${why}` }
}

/** Whether a mended setup would get its mail away against this server. */
export function wouldSend(trial: Trial): boolean {
  return trial.outcome === 'verified' || trial.outcome === 'unverified'
}
