import type { Judgement, Verdict } from '../policy/index.ts'
import type { Recognised } from '../provider/index.ts'
import type { MailProbe, Protocol, TranscriptLine } from '../starttls/index.ts'
import type { CertificateFacts, TlsFacts } from '../tls/index.ts'
import type { Finding, HostObservation, NotTested } from './finding.ts'
import type { Grade } from './grade.ts'
import type { HostStanding } from './ground.ts'
import type { StandingResult } from './standing.ts'
import type { StsResult, TlsRptResult } from './word.ts'

export const strengths = ['good', 'weak', 'broken'] as const

/** Cipher suites that a server took at one version of TLS. */
export interface SuiteResult {
  /** `TLSv1.2`, as OpenSSL names it. */
  readonly version: string
  /** Whose order decides. */
  readonly order: 'server' | 'client' | 'unknown'
  readonly suites: readonly {
    /** `0xc02f`. */
    readonly id: string
    /** As IANA names it. */
    readonly name: string
    readonly openssl: string | undefined
    readonly bits: number
    readonly strength: (typeof strengths)[number]
  }[]
  /** False where not all there are were asked for, or answered. */
  readonly complete: boolean
}

/** What a server has of TLS, asked for rather than met by chance; numbers by their registered names. */
export interface SurveyResult {
  /** `accepted` is undefined where it could not be told. */
  readonly versions: readonly { readonly version: string; readonly accepted: boolean | undefined }[]
  readonly suites: readonly SuiteResult[]
  readonly groups: readonly {
    readonly version: string
    readonly groups: readonly { readonly id: string; readonly name: string }[]
    readonly complete: boolean
  }[]
  readonly dh: readonly { readonly bits: number; readonly name: string | undefined }[]
  readonly certificates: readonly {
    readonly keyType: string
    readonly chain: readonly CertificateFacts[]
    readonly sni: boolean
  }[]
  /** Signature schemes that key exchanges were signed with. */
  readonly schemes: readonly string[]
  readonly extensions: Readonly<Record<string, boolean | undefined>>
}

/** What was said before TLS, to be compared with what was promised. */
export interface InTheClear {
  /** A connection came about. */
  readonly connected: boolean
  /** Keywords of the answer to EHLO or its kin, with their parameters; undefined where there was none. */
  readonly offers: readonly { readonly keyword: string; readonly params: readonly string[] }[] | undefined
  /** What MAIL was answered with; undefined where it was not asked, or not answered. Hostile, not escaped. */
  readonly mail: { readonly demand: MailProbe['demand']; readonly text: string } | undefined
}

/** What is said of one address of one host. */
export interface HostResult extends Partial<StandingResult> {
  readonly mx: string
  readonly preference: number | undefined
  /** Undefined where the host has none, or was not tried. */
  readonly address: string | undefined
  readonly port: number
  readonly protocol: Protocol
  readonly security: 'starttls' | 'implicit'
  readonly verdict: Verdict
  readonly cause: string
  readonly words: string
  readonly quote: string | undefined
  readonly grade: Grade
  /**
   * What its domain's own word demands of it, for who decides by it; `dane`, `listed` and `demand` tell the same. Absent
   * where no domain led here, or where it was not tried.
   */
  readonly standing?: HostStanding
  readonly findings: readonly Finding[]
  readonly notTested: readonly NotTested[]
  /** Rules on weaknesses that were looked for and are not there. */
  readonly passed: readonly string[]
  readonly tls: TlsFacts | undefined
  /** Absent where the host was not tried. */
  readonly inTheClear?: InTheClear
  readonly survey: SurveyResult | undefined
  /** How clients come back to a session; empty where it was not tried. */
  readonly resumption: readonly {
    readonly version: string
    /** The server gives tickets; else it may keep sessions itself. */
    readonly ticket: boolean
    /** Undefined where the second connection did not come about. */
    readonly resumed: boolean | undefined
    /** Octets taken before the handshake has ended. */
    readonly earlyData: number
  }[]
  /** How many were opened: to see what the server has, and to try its weaknesses. */
  readonly connections: { readonly survey: number; readonly probes: number }
  /** Why not everything was asked; undefined where it was. */
  readonly stopped: string | undefined
  /** The connections a verdict rests on, and each that came to no good end. */
  readonly transcripts: readonly (readonly TranscriptLine[])[]
}

/** What is said of one target. */
export interface CheckResult {
  readonly target: string
  readonly domain: string | undefined
  /** The worst of the hosts that could be tested. */
  readonly verdict: Verdict
  readonly cause: string
  readonly words: string
  readonly quote: string | undefined
  /** The best of them: a sender that chooses well gets this. */
  readonly best: Verdict | undefined
  readonly grade: Grade
  /** On the domain as a whole. */
  readonly findings: readonly Finding[]
  readonly hosts: readonly HostResult[]
  /** Who runs the servers, and who sends for the domain, as far as names tell. */
  readonly providers: readonly Recognised[]
  /** What MTA-STS says of the domain; absent where it was not asked. */
  readonly mtaSts?: StsResult
  /** Whom it wants TLS failures to be reported to; absent where that was not asked. */
  readonly tlsRpt?: TlsRptResult
  /** ISO 8601. */
  readonly checkedAt: string
}

/** A host of which nothing was tried, and so nothing is said but why. */
export function describeUntried(place: UntriedPlace): HostResult {
  return {
    ...place,
    address: undefined,
    findings: [],
    notTested: [],
    passed: [],
    tls: undefined,
    survey: undefined,
    resumption: [],
    connections: { survey: 0, probes: 0 },
    stopped: undefined,
    transcripts: [],
  }
}

type UntriedPlace = Pick<
  HostResult,
  'mx' | 'preference' | 'port' | 'protocol' | 'security' | 'verdict' | 'cause' | 'words' | 'quote' | 'grade'
>

/** Best first, for what can carry mail; the rest says nothing about encryption. */
const reached: readonly Verdict[] = ['authenticated', 'valid', 'unauthenticated', 'broken', 'plaintext']
/** Which of the others is told first: what will pass, before what will not. */
const untested: readonly Verdict[] = ['temporary', 'refused', 'not-tested', 'unreachable', 'no-mail']

/** RFC 8461 5: a host that the domain's policy does not name gets no mail, as long as it names another that is there. */
export function leaveOutBarred<Host extends Judgement>(hosts: readonly Host[]): readonly Host[] {
  const named = hosts.filter(({ cause }) => cause !== 'mx-not-listed')
  return named.some(({ verdict }) => reached.includes(verdict)) ? named : hosts
}

/** The verdict on a domain with several hosts: the worst of what can be reached, since mail may go to any (cases.md 63). */
export function combine(hosts: readonly Judgement[]): { readonly judgement: Judgement; readonly best: Verdict | undefined } {
  const used = leaveOutBarred(hosts)
  const seen = reached.filter((verdict) => used.some((host) => host.verdict === verdict))
  const worst = seen.at(-1) ?? untested.find((verdict) => used.some((host) => host.verdict === verdict))
  const judgement = used.find((host) => host.verdict === worst)
  return { judgement: judgement ?? { verdict: 'not-tested', cause: 'no-host', words: 'no host could be tried' }, best: seen[0] }
}

export function describeClear({ decisive: { record, end }, mail }: HostObservation): InTheClear {
  return {
    connected: end.kind !== 'unreachable',
    offers: record.capabilities?.extensions.map(({ keyword, params }) => ({ keyword, params })),
    mail: mail?.mail && { demand: mail.demand, text: mail.mail.text },
  }
}

/** The dialogues worth showing: those a verdict rests on, and each that came to no good end. */
export function transcriptsOf(seen: HostObservation): readonly (readonly TranscriptLine[])[] {
  const shown = seen.connections.filter(
    ({ record, end }) => seen.hops.some((hop) => hop.record === record) || (end.kind !== 'ready' && end.kind !== 'secure'),
  )
  return shown.map(({ record }) => record.transcript)
}
