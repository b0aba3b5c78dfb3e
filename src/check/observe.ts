import { isIP } from 'node:net'
import { type Judgement, type NameSource, judgeHop } from '../policy/index.ts'
import type { Endpoint } from '../starttls/index.ts'
import { surveyBriefly, surveyDeeply } from '../tls/index.ts'
import type { CheckContext } from './context.ts'
import type { Examination, HostObservation, SeenHop } from './finding.ts'
import { judgeOthers } from './otherCertificate.ts'
import { runProbes } from './probe.ts'
import { tryResumption } from './resumption.ts'
import type { Service } from './target.ts'
import { Visit } from './visit.ts'

/**
 * Looks at one address of one host, politely: one connection at a time, and what was learnt is kept.
 *
 * @param servername the name to ask for, where DANE knows the host by another (RFC 7672 8.1)
 */
export async function observeHost(
  endpoint: Endpoint,
  service: Service,
  source: NameSource,
  context: CheckContext,
  servername = endpoint.host,
): Promise<HostObservation> {
  const key = `${endpoint.host} ${endpoint.address} ${service.port} ${service.security} ${source} ${servername}`
  const known = context.observed.get(key)
  if (known) return known
  const turn = context.turns.get(endpoint.address) ?? Promise.resolve(undefined)
  const observation = turn.then(async (last) => look(endpoint, service, source, context, servername, last?.goodBefore ?? 0))
  context.turns.set(endpoint.address, observation)
  context.observed.set(key, observation)
  return observation
}

async function look(
  endpoint: Endpoint,
  service: Service,
  source: NameSource,
  context: CheckContext,
  servername: string,
  goodBefore: number,
): Promise<HostObservation> {
  const visit = new Visit(endpoint, service, context, servername)
  const judge = (hop: SeenHop): Judgement => judgeHop(hop.record, hop.end, source, context.clock.now())
  let decisive = await visit.hop(true)
  const hops = [decisive]
  let judgement = judge(decisive)
  for (const wait of context.retryMs) {
    if (!isWorthRetrying(judgement)) break
    await context.clock.sleep(wait)
    decisive = await visit.hop(true)
    hops.push(decisive)
    judgement = judge(decisive)
  }
  // Another name of the same machine has been examined already: what is not about the name is the same.
  const place = `${endpoint.address} ${service.port} ${service.security}`
  const examined = context.examined.get(place) ?? examine(visit, decisive, endpoint, service, context)
  // What the first name did not come to TLS for, another may.
  if (decisive.record.tls) context.examined.set(place, examined)
  const examination = await examined
  return {
    ...examination,
    endpoint,
    service,
    source,
    deep: context.deep,
    now: context.clock.now(),
    hops,
    decisive,
    judgement,
    otherCertificates:
      examination.survey && decisive.record.tls
        ? judgeOthers(decisive.record.tls, examination.survey, endpoint, context.trust, context.clock.now())
        : [],
    connections: visit.connections,
    goodBefore: goodBefore + visit.good,
    otherPorts: judgement.cause === 'mangled' ? await compareOtherPorts(visit, context) : [],
    implicitInstead: await isImplicit(visit, decisive, service),
  }
}

/** RFC 3207 4 (454) and RFC 5321 3.8 (421): the server says that it may be otherwise in a moment. */
function isWorthRetrying(judgement: Judgement): boolean {
  return judgement.verdict === 'temporary' || judgement.cause === 'rate-limited'
}

const nothing: Examination = {
  survey: undefined,
  injection: undefined,
  mail: undefined,
  resumption: [],
  probes: {},
  withoutSni: undefined,
  stopped: undefined,
}

/** Goes on where the first connection came to TLS, or to its beginning: gravest questions first, as far as it goes. */
async function examine(
  visit: Visit,
  { record, end }: SeenHop,
  endpoint: Endpoint,
  service: Service,
  context: CheckContext,
): Promise<Examination> {
  if (end.kind === 'handshake-failed' && end.failure.why !== 'not-tls') {
    // Our own library may have refused what the server has: hellos of ours tell which side did (cases.md 29, 55).
    const unknown = { servername: nameOf(endpoint), version: undefined, keyType: undefined }
    const survey = await (context.deep ? surveyDeeply(visit.ask, unknown) : surveyBriefly(visit.ask, unknown))
    const taken = context.deep && survey.versions.some(({ accepted, version }) => accepted && version >= 0x0300)
    const probes = taken ? await runProbes(visit, survey, [], probeOptions(visit, endpoint, context)) : {}
    return { ...nothing, survey, probes, stopped: visit.cutShort }
  }
  const mayAskMail = context.probeMail && service.protocol === 'smtp'
  // Where there is no STARTTLS, the question is what is taken without.
  if (end.kind === 'not-offered' && !record.helo && mayAskMail)
    return { ...nothing, mail: await visit.mail(`postmaster@${endpoint.host}`), stopped: visit.cutShort }
  // An EHLO that fails inside TLS hides nothing of TLS itself.
  if (!record.tls) return nothing
  const injection = service.security === 'starttls' && end.kind === 'secure' ? (await visit.injection())?.injection : undefined
  const mail = mayAskMail ? await visit.mail(`postmaster@${endpoint.host}`) : undefined
  const known = {
    servername: nameOf(endpoint),
    version: versionOf(record.tls.version),
    keyType: keyTypeOf(record.tls.chain[0]?.keyType),
  }
  const survey = await (context.deep ? surveyDeeply(visit.ask, known) : surveyBriefly(visit.ask, known))
  const resumption = context.deep ? await tryResumption(visit, survey) : []
  const unnamed = survey.chains.some(({ sni }) => !sni)
  return {
    survey,
    injection,
    mail,
    resumption,
    probes: context.deep ? await runProbes(visit, survey, resumption, probeOptions(visit, endpoint, context)) : {},
    // TLS 1.3 shows no certificate before its end, so a server with nothing else is asked by a whole handshake.
    withoutSni: !unnamed && nameOf(endpoint) !== undefined && visit.mayConnect() ? await visit.hop(false) : undefined,
    stopped: visit.cutShort,
  }
}

function probeOptions(visit: Visit, endpoint: Endpoint, { clock }: CheckContext) {
  return { servername: nameOf(endpoint), clock, timeoutMs: visit.helloMs }
}

/** RFC 6066 3: an address is never sent as SNI. */
function nameOf({ host }: Endpoint): string | undefined {
  return isIP(host) === 0 ? host : undefined
}

function versionOf(version: string): number | undefined {
  return { TLSv1: 0x0301, 'TLSv1.1': 0x0302, 'TLSv1.2': 0x0303, 'TLSv1.3': 0x0304 }[version]
}

function keyTypeOf(keyType: string | undefined): 'rsa' | 'ecdsa' | undefined {
  return keyType === 'rsa' ? 'rsa' : keyType === 'ec' ? 'ecdsa' : undefined
}

async function compareOtherPorts(visit: Visit, context: CheckContext): Promise<{ port: number; offers: boolean }[]> {
  const compared: { port: number; offers: boolean }[] = []
  for (const service of context.otherPorts) {
    const hop = await visit.hop(true, service)
    if (hop.end.kind !== 'unreachable') compared.push({ port: service.port, offers: hop.end.kind === 'secure' })
  }
  return compared
}

/** A server that waits for TLS says nothing: the same port is tried with TLS from the first octet (cases.md 49). */
async function isImplicit(visit: Visit, { end }: SeenHop, service: Service): Promise<boolean> {
  // On port 25 nobody speaks first, whatever a slow server may do (RFC 5321 4.3.1).
  if (!service.login || service.security !== 'starttls' || end.kind !== 'timeout' || end.stage !== 'greeting') return false
  const hop = await visit.hop(true, { ...service, security: 'implicit' })
  return hop.end.kind === 'secure'
}
