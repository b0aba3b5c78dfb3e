import type { HostObservation, Rule } from '../finding.ts'
import type { DomainObservation } from '../observation.ts'
import { addressRefused } from './address-refused.ts'
import { authInClear } from './auth-in-clear.ts'
import { authInClearRelay } from './auth-in-clear-relay.ts'
import { bareLineFeed } from './bare-line-feed.ts'
import { capaUnsupported } from './capa-unsupported.ts'
import { capabilitiesRefused } from './capabilities-refused.ts'
import { capabilitiesNotResent } from './capabilities-not-resent.ts'
import { certificateCommonName } from './certificate-common-name.ts'
import { certificateExpired } from './certificate-expired.ts'
import { certificateExpiresSoon } from './certificate-expires-soon.ts'
import { certificateIncomplete } from './certificate-incomplete.ts'
import { certificateIntermediate } from './certificate-intermediate.ts'
import { certificateKeyUsage } from './certificate-key-usage.ts'
import { certificateMissing } from './certificate-missing.ts'
import { certificateMustStaple } from './certificate-must-staple.ts'
import { certificateName } from './certificate-name.ts'
import { certificateNeedless } from './certificate-needless.ts'
import { certificateNeedlessRoot } from './certificate-needless-root.ts'
import { certificateNotYetValid } from './certificate-not-yet-valid.ts'
import { certificateOther } from './certificate-other.ts'
import { certificateOrder } from './certificate-order.ts'
import { certificateRevoked } from './certificate-revoked.ts'
import { certificateRoca } from './certificate-roca.ts'
import { certificateSelfSigned } from './certificate-self-signed.ts'
import { certificateStapleInvalid } from './certificate-staple-invalid.ts'
import { certificateStapleStale } from './certificate-staple-stale.ts'
import { certificateUntrusted } from './certificate-untrusted.ts'
import { certificateWeakKey } from './certificate-weak-key.ts'
import { certificateWeakSignature } from './certificate-weak-signature.ts'
import { clearAfterStarttls } from './clear-after-starttls.ts'
import { clientCertificate } from './client-certificate.ts'
import { commandInjection } from './command-injection.ts'
import { compression } from './compression.ts'
import { dhBreakable } from './dh-breakable.ts'
import { dhShort } from './dh-short.ts'
import { earlyCcs } from './early-ccs.ts'
import { earlyData } from './early-data.ts'
import { encryptThenMacMissing } from './encrypt-then-mac-missing.ts'
import { extendedMasterSecretMissing } from './extended-master-secret-missing.ts'
import { extensionIntolerance } from './extension-intolerance.ts'
import { fallbackScsvIgnored } from './fallback-scsv-ignored.ts'
import { forwardSecrecyMissing } from './forward-secrecy-missing.ts'
import { handshakeFailed } from './handshake-failed.ts'
import { heartbeatOffered } from './heartbeat-offered.ts'
import { heartbleed } from './heartbleed.ts'
import { imapPreauth } from './imap-preauth.ts'
import { implicitTlsInstead } from './implicit-tls-instead.ts'
import { mailInClear } from './mail-in-clear.ts'
import { mailOpportunistic } from './mail-opportunistic.ts'
import { malformedAnswer } from './malformed-answer.ts'
import { mxCname } from './mx-cname.ts'
import { mxFirstUnreachable } from './mx-first-unreachable.ts'
import { mxImplicit } from './mx-implicit.ts'
import { mxUnusable } from './mx-unusable.ts'
import { nameRefused } from './name-refused.ts'
import { noEsmtp } from './no-esmtp.ts'
import { notImplicitTls } from './not-implicit-tls.ts'
import { notTls } from './not-tls.ts'
import { nullMxAmongOthers } from './null-mx-among-others.ts'
import { plaintextInjected } from './plaintext-injected.ts'
import { rateLimited } from './rate-limited.ts'
import { renegotiationInsecure } from './renegotiation-insecure.ts'
import { requiretls } from './requiretls.ts'
import { retryLoop } from './retry-loop.ts'
import { robot } from './robot.ts'
import { sizeIntolerance } from './size-intolerance.ts'
import { slowGreeting } from './slow-greeting.ts'
import { sniCertificate } from './sni-certificate.ts'
import { sniWarning } from './sni-warning.ts'
import { sslv2Offered } from './sslv2-offered.ts'
import { sslv3Offered } from './sslv3-offered.ts'
import { starttlsAnswer } from './starttls-answer.ts'
import { starttlsFirstLine } from './starttls-first-line.ts'
import { starttlsHidden } from './starttls-hidden.ts'
import { starttlsInside } from './starttls-inside.ts'
import { starttlsIntermittent } from './starttls-intermittent.ts'
import { starttlsMangled } from './starttls-mangled.ts'
import { starttlsNotOffered } from './starttls-not-offered.ts'
import { starttlsRefused } from './starttls-refused.ts'
import { starttlsStateKept } from './starttls-state-kept.ts'
import { starttlsTwice } from './starttls-twice.ts'
import { starttlsUnavailable } from './starttls-unavailable.ts'
import { stlsUnlisted } from './stls-unlisted.ts'
import { suite3des } from './suite-3des.ts'
import { suiteAnonymous } from './suite-anonymous.ts'
import { suiteAnonymousLogin } from './suite-anonymous-login.ts'
import { suiteCbcTls10 } from './suite-cbc-tls10.ts'
import { suiteDes } from './suite-des.ts'
import { suiteExport } from './suite-export.ts'
import { suiteNoForwardSecrecy } from './suite-no-forward-secrecy.ts'
import { suiteNull } from './suite-null.ts'
import { suiteRc4 } from './suite-rc4.ts'
import { suitesIntolerance } from './suites-intolerance.ts'
import { ticketName } from './ticket-name.ts'
import { ticketbleed } from './ticketbleed.ts'
import { tlsDemanded } from './tls-demanded.ts'
import { tlsOldOffered } from './tls-old-offered.ts'
import { tlsVersionOld } from './tls-version-old.ts'
import { untaggedBeforeOk } from './untagged-before-ok.ts'
import { versionIntolerance } from './version-intolerance.ts'

/** Rules on one address of one host, gravest first. */
export const hostRules: readonly Rule<HostObservation>[] = [
  starttlsNotOffered,
  starttlsMangled,
  noEsmtp,
  imapPreauth,
  starttlsFirstLine,
  starttlsHidden,
  starttlsIntermittent,
  starttlsRefused,
  starttlsUnavailable,
  starttlsAnswer,
  plaintextInjected,
  commandInjection,
  clearAfterStarttls,
  starttlsStateKept,
  notTls,
  handshakeFailed,
  retryLoop,
  notImplicitTls,
  implicitTlsInstead,
  capabilitiesRefused,
  malformedAnswer,
  authInClear,
  mailInClear,
  heartbleed,
  earlyCcs,
  robot,
  ticketbleed,
  certificateMissing,
  certificateSelfSigned,
  certificateUntrusted,
  certificateIncomplete,
  certificateIntermediate,
  certificateExpired,
  certificateNotYetValid,
  certificateRevoked,
  certificateName,
  certificateCommonName,
  certificateKeyUsage,
  certificateWeakKey,
  certificateRoca,
  certificateOther,
  certificateWeakSignature,
  certificateExpiresSoon,
  certificateMustStaple,
  certificateStapleInvalid,
  certificateStapleStale,
  certificateOrder,
  certificateNeedlessRoot,
  certificateNeedless,
  sslv2Offered,
  sslv3Offered,
  tlsOldOffered,
  tlsVersionOld,
  forwardSecrecyMissing,
  suiteNull,
  suiteExport,
  suiteAnonymousLogin,
  suiteRc4,
  suiteDes,
  suite3des,
  suiteCbcTls10,
  suiteAnonymous,
  suiteNoForwardSecrecy,
  dhBreakable,
  dhShort,
  compression,
  renegotiationInsecure,
  extendedMasterSecretMissing,
  encryptThenMacMissing,
  fallbackScsvIgnored,
  heartbeatOffered,
  ticketName,
  earlyData,
  versionIntolerance,
  sizeIntolerance,
  suitesIntolerance,
  extensionIntolerance,
  starttlsInside,
  starttlsTwice,
  stlsUnlisted,
  untaggedBeforeOk,
  capaUnsupported,
  capabilitiesNotResent,
  bareLineFeed,
  sniCertificate,
  sniWarning,
  clientCertificate,
  authInClearRelay,
  mailOpportunistic,
  tlsDemanded,
  requiretls,
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
