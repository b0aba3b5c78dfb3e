import type { HostObservation, Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'
import { addressRefused } from './address-refused.ts'
import { bareLineFeed } from './bare-line-feed.ts'
import { certificateExpired } from './certificate-expired.ts'
import { certificateMissing } from './certificate-missing.ts'
import { certificateName } from './certificate-name.ts'
import { certificateNotYetValid } from './certificate-not-yet-valid.ts'
import { certificateSelfSigned } from './certificate-self-signed.ts'
import { certificateUntrusted } from './certificate-untrusted.ts'
import { certificateWeakKey } from './certificate-weak-key.ts'
import { forwardSecrecyMissing } from './forward-secrecy-missing.ts'
import { handshakeFailed } from './handshake-failed.ts'
import { malformedAnswer } from './malformed-answer.ts'
import { mxCname } from './mx-cname.ts'
import { mxFirstUnreachable } from './mx-first-unreachable.ts'
import { mxImplicit } from './mx-implicit.ts'
import { mxUnusable } from './mx-unusable.ts'
import { nameRefused } from './name-refused.ts'
import { noEsmtp } from './no-esmtp.ts'
import { notTls } from './not-tls.ts'
import { nullMxAmongOthers } from './null-mx-among-others.ts'
import { plaintextInjected } from './plaintext-injected.ts'
import { rateLimited } from './rate-limited.ts'
import { slowGreeting } from './slow-greeting.ts'
import { sniCertificate } from './sni-certificate.ts'
import { starttlsAnswer } from './starttls-answer.ts'
import { starttlsFirstLine } from './starttls-first-line.ts'
import { starttlsHidden } from './starttls-hidden.ts'
import { starttlsInside } from './starttls-inside.ts'
import { starttlsMangled } from './starttls-mangled.ts'
import { starttlsNotOffered } from './starttls-not-offered.ts'
import { starttlsRefused } from './starttls-refused.ts'
import { starttlsTwice } from './starttls-twice.ts'
import { starttlsUnavailable } from './starttls-unavailable.ts'
import { tlsVersionOld } from './tls-version-old.ts'

/** Rules on one address of one host, gravest first. */
export const hostRules: readonly Rule<HostObservation>[] = [
  starttlsNotOffered,
  starttlsMangled,
  noEsmtp,
  starttlsFirstLine,
  starttlsHidden,
  starttlsRefused,
  starttlsUnavailable,
  starttlsAnswer,
  plaintextInjected,
  notTls,
  handshakeFailed,
  malformedAnswer,
  certificateMissing,
  certificateSelfSigned,
  certificateUntrusted,
  certificateExpired,
  certificateNotYetValid,
  certificateName,
  certificateWeakKey,
  tlsVersionOld,
  forwardSecrecyMissing,
  starttlsInside,
  starttlsTwice,
  bareLineFeed,
  sniCertificate,
  slowGreeting,
  rateLimited,
  addressRefused,
  nameRefused,
]

/** Rules on a domain and its MX records. */
export const domainRules: readonly Rule<DomainObservation>[] = [
  nullMxAmongOthers,
  mxImplicit,
  mxCname,
  mxUnusable,
  mxFirstUnreachable,
]
