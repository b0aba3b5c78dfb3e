/** TLS from the client's side: the handshake, what it showed, whose certificates are trusted. */
export { type CertificateFacts, readCertificate } from './certificate.ts'
export { type CertificateJudgement, type SentCertificates, judgeCertificates } from './certificateJudgement.ts'
export { readFields } from './certificateFields.ts'
export { isWeakKey } from './certificateKey.ts'
export type { ChainJudgement, ChainProblem } from './chainProblem.ts'
export { judgeChain } from './chain.ts'
export { type ConstraintProblem, judgeConstraints } from './chainConstraint.ts'
export { isForServers, judgePath } from './chainJudge.ts'
export { type Link, describeLink, openLink } from './chainLink.ts'
export { PathFinder } from './chainPath.ts'
export { readDer } from './der.ts'
export { type TlsFacts, addWatched, readPeerChain } from './facts.ts'
export { type HandshakeDone, type HandshakeFailure, handshake } from './handshake.ts'
export { type NameFlaw, findNameFlaw, matchName, standsFor } from './name.ts'
export { type StapleJudgement, judgeAge, judgeStaple } from './ocspStaple.ts'
export { type ClientHello, type HelloAnswer, countRetries, exchangeHello, findAlert } from './hello/index.ts'
export {
  type KnownServer,
  type ProbeOptions,
  type Probed,
  type Strain,
  probeEarlyCcs,
  probeFallbackScsv,
  probeHeartbleed,
  probeIntolerance,
  probeRobot,
  probeTicketName,
  probeTicketbleed,
} from './probe/index.ts'
export type { ResumableSession } from './resume.ts'
export { type SessionFacts, readSession } from './session.ts'
export {
  type CipherSuite,
  alertName,
  groupName,
  nameGroup,
  readAlert,
  readSuite,
  schemeName,
  ssl2KindName,
  versionName,
} from './registry/index.ts'
export { type Ask, type TlsSurvey, findWeakness, suitesBefore13, surveyBriefly, surveyDeeply } from './survey/index.ts'
export { type TlsFloor, Trust } from './trust.ts'
export { type CertificateProblem, verifyCertificate } from './verify.ts'
