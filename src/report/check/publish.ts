import type { CheckResult, HostResult, Finding } from '../../check/index.ts'
import type { Certificate, Survey } from './facts.ts'
import type { PublishedResult } from './schema.ts'

type PublishedHost = PublishedResult['hosts'][number]
type PublishedCertificate = NonNullable<PublishedHost['survey']>['certificates'][number]['chain'][number]

/**
 * A result in the form that is published (`schema.ts`): field by field, so that what is kept for our own use, now or
 * later, never gets out by itself.
 */
export function publishResult(result: CheckResult): PublishedResult {
  return {
    target: result.target,
    domain: result.domain,
    verdict: result.verdict,
    cause: result.cause,
    words: result.words,
    quote: result.quote,
    best: result.best,
    grade: result.grade,
    findings: result.findings.map(publishFinding),
    hosts: result.hosts.map(publishHost),
    mtaSts: result.mtaSts && publishSts(result.mtaSts),
    tlsRpt: result.tlsRpt && publishReporting(result.tlsRpt),
    providers: result.providers.map(({ id, name, kind, by, evidence }) => ({ id, name, kind, by, evidence })),
    checkedAt: result.checkedAt,
  }
}

function publishFinding({ rule, severity, title, evidence, bytes, why, next }: Finding) {
  return { rule, severity, title, evidence, bytes, why, next }
}

function publishHost(host: HostResult): PublishedHost {
  const { connections, notTested, passed, survey } = host
  return {
    mx: host.mx,
    preference: host.preference,
    address: host.address,
    port: host.port,
    protocol: host.protocol,
    security: host.security,
    verdict: host.verdict,
    cause: host.cause,
    words: host.words,
    quote: host.quote,
    grade: host.grade,
    dane: host.dane && publishDane(host.dane),
    listed: host.listed,
    demand: host.demand && publishDemand(host.demand),
    findings: host.findings.map(publishFinding),
    tls: host.tls && publishTls(host.tls),
    connections: { survey: connections.survey, probes: connections.probes },
    notTested: notTested.map(({ rule, title, why }) => ({ rule, title, why })),
    passed: [...passed],
    survey: survey && publishSurvey(survey),
    resumption: host.resumption.map(({ version, ticket, resumed, earlyData }) => ({ version, ticket, resumed, earlyData })),
    stopped: host.stopped,
    transcripts: host.transcripts.map((lines) => lines.map(({ at, from, text }) => ({ at, from, text }))),
  }
}

function publishSts({ kind, cause, policy, words, warnings }: NonNullable<CheckResult['mtaSts']>): PublishedResult['mtaSts'] {
  return {
    kind,
    cause,
    policy: policy && {
      mode: policy.mode,
      mx: [...policy.mx],
      maxAge: policy.maxAge,
      id: policy.id,
      source: policy.source,
      fetchedAt: policy.fetchedAt,
      expiresAt: policy.expiresAt,
    },
    words,
    warnings: [...warnings],
  }
}

function publishReporting({ kind, rua, words, problems }: NonNullable<CheckResult['tlsRpt']>): PublishedResult['tlsRpt'] {
  return { kind, rua: [...rua], words, problems: [...problems] }
}

function publishDane(dane: NonNullable<HostResult['dane']>): PublishedHost['dane'] {
  return {
    kind: dane.kind,
    words: dane.words,
    mxSecure: dane.mxSecure,
    baseDomain: dane.baseDomain,
    records: dane.records.map(({ usage, selector, matchingType, data }) => ({ usage, selector, matchingType, data })),
    match: dane.match,
    matchWords: dane.matchWords,
  }
}

function publishDemand({ kind, level, voucher, met, reason, steps }: NonNullable<HostResult['demand']>): PublishedHost['demand'] {
  return { kind, level, voucher, met, reason, steps: steps.map(({ about, words }) => ({ about, words })) }
}

function publishTls(tls: NonNullable<HostResult['tls']>): PublishedHost['tls'] {
  const { version, cipher, group, forwardSecrecy, resumed, servername, trustError } = tls
  return {
    version,
    cipher,
    group,
    forwardSecrecy,
    resumed,
    servername,
    chain: tls.chain.map(publishCertificate),
    trustError,
    sent: tls.watched?.sent?.length,
    staple: tls.stapleJudgement?.kind,
    clientCertificate: tls.watched && tls.watched.clientCertificate !== undefined,
    retries: tls.watched?.retries,
  }
}

function publishSurvey(survey: Survey): PublishedHost['survey'] {
  return {
    versions: survey.versions.map(({ version, accepted }) => ({ version, accepted })),
    suites: survey.suites.map(({ version, order, suites, complete }) => ({
      version,
      order,
      suites: suites.map(({ id, name, openssl, bits, strength }) => ({ id, name, openssl, bits, strength })),
      complete,
    })),
    groups: survey.groups.map(({ version, groups, complete }) => ({
      version,
      groups: groups.map(({ id, name }) => ({ id, name })),
      complete,
    })),
    dh: survey.dh.map(({ bits, name }) => ({ bits, name })),
    certificates: survey.certificates.map(({ keyType, chain, sni }) => ({ keyType, chain: chain.map(publishCertificate), sni })),
    schemes: [...survey.schemes],
    extensions: { ...survey.extensions },
  }
}

function publishCertificate(certificate: Certificate): PublishedCertificate {
  const { signature } = certificate
  return {
    subject: certificate.subject,
    issuer: certificate.issuer,
    commonName: certificate.commonName,
    names: [...certificate.names],
    addresses: [...certificate.addresses],
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    serial: certificate.serial,
    sha256: certificate.sha256,
    spkiSha256: certificate.spkiSha256,
    keyType: certificate.keyType,
    keyBits: certificate.keyBits,
    keyExponent: certificate.keyExponent,
    roca: certificate.roca,
    selfSigned: certificate.selfSigned,
    signature: signature && { oid: signature.oid, key: signature.key, hash: signature.hash },
    authority: certificate.authority,
    pathLength: certificate.pathLength,
    keyUsage: certificate.keyUsage && [...certificate.keyUsage],
    extendedKeyUsage: certificate.extendedKeyUsage && [...certificate.extendedKeyUsage],
    caIssuers: [...certificate.caIssuers],
    ocsp: [...certificate.ocsp],
    crls: [...certificate.crls],
    mustStaple: certificate.mustStaple,
    sctCount: certificate.sctCount,
  }
}
