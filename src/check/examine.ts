import { isIP } from 'node:net'
import {
  type HostAddresses,
  type MailRoute,
  type MxRecord,
  isSpecialAddress,
  lookupAddresses,
  lookupMx,
  lookupNamedHost,
  lookupSpfIncludes,
} from '../dns/index.ts'
import { lookupHost, lookupSts, unaskedHost } from '../ground/index.ts'
import type { Judgement } from '../policy/index.ts'
import { type Recognised, recognise } from '../provider/index.ts'
import { lookupTlsRpt } from '../tlsrpt/index.ts'
import type { CheckContext } from './context.ts'
import { type HostObservation, applyRules } from './finding.ts'
import { gradeDomain, gradeOf, worstGrade } from './grade.ts'
import { type HostStanding, judgeFor } from './ground.ts'
import { partMoot } from './moot.ts'
import type { DomainObservation, MxObservation } from './observation.ts'
import { observeHost } from './observe.ts'
import {
  type CheckResult,
  type HostResult,
  combine,
  describeClear,
  describeUntried,
  leaveOutBarred,
  transcriptsOf,
} from './result.ts'
import { domainRules, hostRules, standingRules } from './rule/index.ts'
import { describeSurvey } from './describe.ts'
import { describeStanding } from './standing.ts'
import { describeReporting, describeSts } from './word.ts'
import type { Service, Target } from './target.ts'

/**
 * Examines one target: where its mail goes, whether each host can be spoken to encrypted, and what is weak.
 * Whatever the target does is data; it never throws for it.
 */
export async function examine(target: Target, context: CheckContext): Promise<CheckResult> {
  return target.kind === 'domain' ? examineDomain(target.text, target.domain, context) : examineHost(target, context)
}

async function examineDomain(text: string, domain: string, context: CheckContext): Promise<CheckResult> {
  const route = await lookupMx(context.resolver, domain)
  const exchanges = route.kind === 'hosts' ? route.hosts.map(({ exchange }) => exchange) : []
  const sts = await lookupSts(domain, context.sts, exchanges)
  const secure = route.kind === 'hosts' && route.authenticated
  // Each host's addresses wait for their turn; different hosts need not wait for each other.
  const [providers, hosts, tlsRpt] = await Promise.all([
    recogniseDomain(domain, route, context),
    route.kind === 'hosts'
      ? Promise.all(route.hosts.map(async (record) => observeMx([domain, route.canonical], record, secure, context)))
      : [],
    context.askTlsRpt && route.kind === 'hosts' ? lookupTlsRpt(context.resolver, domain) : undefined,
  ])
  const now = context.clock.now()
  const seen: DomainObservation = { domain, route, hosts, sts, tlsRpt, now }
  const { findings } = applyRules(domainRules, seen)
  const results = hosts.flatMap((host) => describeMx(seen, host, context))
  const { judgement, best } = route.kind === 'hosts' ? combine(results) : { judgement: judgeRoute(seen), best: undefined }
  const grade =
    judgement.verdict === 'no-mail'
      ? '–'
      : gradeDomain(
          leaveOutBarred(results).map((result) => result.grade),
          findings,
        )
  return {
    target: text,
    domain,
    ...spread(judgement),
    best,
    grade,
    findings,
    hosts: results,
    providers,
    ...(sts.result ? { mtaSts: describeSts(sts.result, now) } : {}),
    ...(tlsRpt ? { tlsRpt: describeReporting(tlsRpt) } : {}),
    checkedAt: new Date(now).toISOString(),
  }
}

/** Who runs its servers, and who sends for it: the first in MX records, the second in SPF. */
async function recogniseDomain(domain: string, route: MailRoute, context: CheckContext): Promise<readonly Recognised[]> {
  const byMx =
    route.kind === 'hosts'
      ? recognise(
          'mx',
          route.hosts.map(({ exchange }) => exchange),
        )
      : []
  const askable = context.askSpf && route.kind !== 'nxdomain' && route.kind !== 'temporary'
  const bySpf = askable ? recognise('spf', await lookupSpfIncludes(context.resolver, domain)) : []
  return [...byMx, ...bySpf.filter(({ id }) => byMx.every((known) => known.id !== id))]
}

function judgeRoute({ route }: DomainObservation): Judgement {
  switch (route.kind) {
    case 'null-mx':
      return { verdict: 'no-mail', cause: 'null-mx', words: 'the domain says that it takes no mail (null MX, RFC 7505)' }
    case 'nxdomain':
      return { verdict: 'no-mail', cause: 'nxdomain', words: 'the domain does not exist' }
    case 'no-address':
      return { verdict: 'no-mail', cause: 'no-address', words: 'the domain has neither a mail server nor an address' }
    case 'temporary':
      return {
        verdict: 'temporary',
        cause: 'dns',
        words: 'the DNS gives no answer about the domain for now',
        quote: route.detail,
      }
    case 'hosts':
      return { verdict: 'not-tested', cause: 'no-host', words: 'no host could be tried' }
  }
}

/** Servers hand mail to each other by SMTP and STARTTLS alone (RFC 3207). */
function mailService({ port }: CheckContext): Service {
  return { protocol: 'smtp', port, security: 'starttls', login: false }
}

/** @param nextHop the domain, and the name that it stands for */
async function observeMx(
  nextHop: readonly string[],
  record: MxRecord,
  mxSecure: boolean,
  context: CheckContext,
): Promise<MxObservation> {
  const base = {
    mx: record.exchange,
    preference: record.preference,
    alias: undefined,
    unusable: undefined,
    unresolved: undefined,
    addresses: [],
    known: undefined,
  }
  if (isIP(record.exchange) !== 0) return { ...base, unusable: 'an IP address where a host name must stand' }
  if (record.exchange === 'localhost' || record.exchange.endsWith('.localhost'))
    return { ...base, unusable: 'localhost is the sender itself' }
  const found = await lookupAddresses(context.resolver, record.exchange)
  if (found.kind !== 'addresses') return { ...base, unresolved: describeMissing(found) }
  const alias = found.canonical === record.exchange ? undefined : found.canonical
  const allowed = found.addresses.filter((address) => context.allowPrivateAddresses || !isSpecialAddress(address))
  if (allowed.length === 0)
    return { ...base, alias, unusable: `${found.addresses.join(', ')} is not an address of the public Internet` }
  // RFC 7672 3.2.2: records stand at the port that mail goes to, which is 25 everywhere but in tests.
  const asked = { resolver: context.resolver, addresses: found, mxSecure, nextHop, port: context.port }
  const known = await lookupHost(record.exchange, asked)
  const addresses = await Promise.all(
    allowed.map(async (address) =>
      observeHost({ host: record.exchange, address, port: context.port }, mailService(context), 'dns', context, known.sni),
    ),
  )
  return { ...base, alias, addresses, known }
}

function describeMissing(found: Exclude<HostAddresses, { kind: 'addresses' }>): { temporary: boolean; detail: string } {
  if (found.kind === 'temporary') return { temporary: true, detail: found.detail }
  return { temporary: false, detail: found.cause === 'nxdomain' ? 'the host does not exist' : 'the host has no address' }
}

function judgeUnresolved({ temporary, detail }: { readonly temporary: boolean; readonly detail: string }): Judgement {
  return temporary
    ? { verdict: 'temporary', cause: 'dns', words: 'the DNS gives no answer about the host for now', quote: detail }
    : { verdict: 'unreachable', cause: 'no-address', words: detail }
}

function describeMx(domain: DomainObservation, host: MxObservation, context: CheckContext): readonly HostResult[] {
  if (host.unusable !== undefined) {
    const judgement: Judgement = {
      verdict: 'broken',
      cause: 'mx-unusable',
      words: 'the MX record points where no public mail server can be',
      quote: host.unusable,
    }
    return [describeUnvisited(host, judgement, context)]
  }
  if (host.unresolved) return [describeUnvisited(host, judgeUnresolved(host.unresolved), context)]
  const known = host.known ?? unaskedHost(host.mx)
  const hasPolicy = domain.sts.ground.kind === 'policy'
  return host.addresses.map((seen) => describeHost(seen, host, judgeFor(domain.domain, seen, known, domain.sts), hasPolicy))
}

function describeUnvisited({ mx, preference }: MxObservation, judgement: Judgement, context: CheckContext): HostResult {
  const { protocol, port, security } = mailService(context)
  return describeUntried({
    mx,
    preference,
    protocol,
    port,
    security,
    ...spread(judgement),
    grade: gradeOf(judgement.verdict, []),
  })
}

function describeHost(
  seen: HostObservation,
  host: { readonly mx: string; readonly preference: number | undefined },
  standing?: HostStanding,
  hasPolicy = false,
): HostResult {
  const judgement = standing?.judgement ?? seen.judgement
  const ofHost = applyRules(hostRules, seen)
  const { told, moot } = partMoot(ofHost.findings, standing)
  const ofStanding = standing ? applyRules(standingRules, { seen, standing, moot }) : { findings: [], notTested: [], passed: [] }
  const findings = [...ofStanding.findings, ...told]
  const probes = seen.connections.filter(({ purpose }) => purpose === 'probe').length
  return {
    mx: host.mx,
    preference: host.preference,
    address: seen.endpoint.address,
    ...seen.service,
    ...spread(judgement),
    grade: gradeOf(judgement.verdict, findings),
    ...(standing ? { standing, ...describeStanding(standing, seen.decisive.record.tls, hasPolicy) } : {}),
    findings,
    notTested: [...ofHost.notTested, ...ofStanding.notTested],
    passed: [...ofHost.passed, ...ofStanding.passed],
    tls: seen.decisive.record.tls,
    inTheClear: describeClear(seen),
    survey: seen.survey && describeSurvey(seen.survey),
    resumption: seen.resumption.map(({ ticket, ...rest }) => ({ ...rest, ticket: ticket !== undefined })),
    connections: { survey: seen.connections.length - probes, probes },
    stopped: seen.stopped,
    transcripts: transcriptsOf(seen),
  }
}

async function examineHost(target: Extract<Target, { kind: 'host' }>, context: CheckContext): Promise<CheckResult> {
  const base = {
    target: target.text,
    domain: undefined,
    findings: [],
    providers: recognise('host', [target.host]),
    checkedAt: new Date(context.clock.now()).toISOString(),
  }
  const found = await lookupNamedHost(context.resolver, target.host)
  if (found.kind !== 'addresses') {
    return { ...base, ...spread(judgeUnresolved(describeMissing(found))), best: undefined, grade: '–', hosts: [] }
  }
  // A host that the user named may have a private address, and its name is trusted (cases.md, verdict words).
  const allowed = found.addresses.filter(
    (address) => target.source === 'user' || context.allowPrivateAddresses || !isSpecialAddress(address),
  )
  if (allowed.length === 0) {
    const words = `${found.addresses.join(', ')} is not an address of the public Internet`
    return {
      ...base,
      verdict: 'broken',
      cause: 'private-address',
      words,
      quote: undefined,
      best: undefined,
      grade: 'F',
      hosts: [],
    }
  }
  const results = await Promise.all(
    allowed.map(async (address) => {
      const endpoint = { host: target.host, address, port: target.service.port }
      const seen = await observeHost(endpoint, target.service, target.source, context)
      return describeHost(seen, { mx: target.host, preference: undefined })
    }),
  )
  const { judgement, best } = combine(results)
  return { ...base, ...spread(judgement), best, grade: worstGrade(results.map((result) => result.grade)), hosts: results }
}

/** A judgement alone, also of a result that says more. */
function spread(judgement: Judgement): {
  verdict: Judgement['verdict']
  cause: string
  words: string
  quote: string | undefined
} {
  return { verdict: judgement.verdict, cause: judgement.cause, words: judgement.words, quote: judgement.quote }
}
