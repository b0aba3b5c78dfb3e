import type { HostObservation, Rule } from '../finding.ts'
import type { DomainObservation, StandingObservation } from '../observation.ts'
import { addressRefused } from './address-refused.ts'
import { authInClearRelay } from './auth-in-clear-relay.ts'
import { authInClear } from './auth-in-clear.ts'
import { bareLineFeed } from './bare-line-feed.ts'
import { capaUnsupported } from './capa-unsupported.ts'
import { capabilitiesNotResent } from './capabilities-not-resent.ts'
import { capabilitiesRefused } from './capabilities-refused.ts'
import { certificateCommonName } from './certificate-common-name.ts'
import { certificateExpired } from './certificate-expired.ts'
import { certificateExpiresSoon } from './certificate-expires-soon.ts'
import { certificateIncomplete } from './certificate-incomplete.ts'
import { certificateIntermediate } from './certificate-intermediate.ts'
import { certificateKeyUsage } from './certificate-key-usage.ts'
import { certificateMissing } from './certificate-missing.ts'
import { certificateMustStaple } from './certificate-must-staple.ts'
import { certificateName } from './certificate-name.ts'
import { certificateNeedlessRoot } from './certificate-needless-root.ts'
import { certificateNeedless } from './certificate-needless.ts'
import { certificateNotYetValid } from './certificate-not-yet-valid.ts'
import { certificateOrder } from './certificate-order.ts'
import { certificateOther } from './certificate-other.ts'
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
import { clockApart } from './clock-apart.ts'
import { commandInjection } from './command-injection.ts'
import { compression } from './compression.ts'
import { daneAlone } from './dane-alone.ts'
import { daneCommonName } from './dane-common-name.ts'
import { daneLookupFailed } from './dane-lookup-failed.ts'
import { daneMismatch } from './dane-mismatch.ts'
import { daneRecordUnusable } from './dane-record-unusable.ts'
import { daneRollover } from './dane-rollover.ts'
import { daneUnusable } from './dane-unusable.ts'
import { daneWithoutStarttls } from './dane-without-starttls.ts'
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
import { mtaStsCertificate } from './mta-sts-certificate.ts'
import { mtaStsContentType } from './mta-sts-content-type.ts'
import { mtaStsHost } from './mta-sts-host.ts'
import { mtaStsHttp } from './mta-sts-http.ts'
import { mtaStsMalformed } from './mta-sts-malformed.ts'
import { mtaStsMaxAge } from './mta-sts-max-age.ts'
import { mtaStsMxUnlistedTesting } from './mta-sts-mx-unlisted-testing.ts'
import { mtaStsMxUnlisted } from './mta-sts-mx-unlisted.ts'
import { mtaStsNone } from './mta-sts-none.ts'
import { mtaStsPolicyOdd } from './mta-sts-policy-odd.ts'
import { mtaStsRecordLost } from './mta-sts-record-lost.ts'
import { mtaStsRecordMalformed } from './mta-sts-record-malformed.ts'
import { mtaStsRecordNear } from './mta-sts-record-near.ts'
import { mtaStsRecordOdd } from './mta-sts-record-odd.ts'
import { mtaStsRecordSeveral } from './mta-sts-record-several.ts'
import { mtaStsRedirect } from './mta-sts-redirect.ts'
import { mtaStsStatus } from './mta-sts-status.ts'
import { mtaStsTesting } from './mta-sts-testing.ts'
import { mtaStsTimeout } from './mta-sts-timeout.ts'
import { mtaStsTooLarge } from './mta-sts-too-large.ts'
import { mtaStsTypo } from './mta-sts-typo.ts'
import { mtaStsUnknown } from './mta-sts-unknown.ts'
import { mxCname } from './mx-cname.ts'
import { mxFirstUnreachable } from './mx-first-unreachable.ts'
import { mxImplicit } from './mx-implicit.ts'
import { mxNotSigned } from './mx-not-signed.ts'
import { mxUnusable } from './mx-unusable.ts'
import { nameRefused } from './name-refused.ts'
import { noEsmtp } from './no-esmtp.ts'
import { notImplicitTls } from './not-implicit-tls.ts'
import { notTls } from './not-tls.ts'
import { nothingVouches } from './nothing-vouches.ts'
import { nullMxAmongOthers } from './null-mx-among-others.ts'
import { ownClock } from './own-clock.ts'
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
import { suiteAnonymousLogin } from './suite-anonymous-login.ts'
import { suiteAnonymous } from './suite-anonymous.ts'
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
import { tlsRptMalformed } from './tls-rpt-malformed.ts'
import { tlsRptMixed } from './tls-rpt-mixed.ts'
import { tlsRptNone } from './tls-rpt-none.ts'
import { tlsRptRua } from './tls-rpt-rua.ts'
import { tlsRptSeveral } from './tls-rpt-several.ts'
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
  clockApart,
  rateLimited,
  addressRefused,
  nameRefused,
]

/** Rules on one address as a domain's mail meets it, by what DNS promised of it. */
export const standingRules: readonly Rule<StandingObservation>[] = [
  daneMismatch,
  daneWithoutStarttls,
  daneLookupFailed,
  daneUnusable,
  daneRecordUnusable,
  daneRollover,
  daneCommonName,
  daneAlone,
]

/** Rules on a domain and its MX records. */
export const domainRules: readonly Rule<DomainObservation>[] = [
  nullMxAmongOthers,
  mxImplicit,
  mxCname,
  mxUnusable,
  mxFirstUnreachable,
  mxNotSigned,
  nothingVouches,
  mtaStsRecordSeveral,
  mtaStsRecordMalformed,
  mtaStsRecordNear,
  mtaStsRecordOdd,
  mtaStsRecordLost,
  mtaStsUnknown,
  mtaStsHost,
  mtaStsCertificate,
  mtaStsStatus,
  mtaStsRedirect,
  mtaStsContentType,
  mtaStsTooLarge,
  mtaStsTimeout,
  mtaStsHttp,
  mtaStsMalformed,
  mtaStsTypo,
  mtaStsPolicyOdd,
  mtaStsMaxAge,
  mtaStsTesting,
  mtaStsNone,
  mtaStsMxUnlisted,
  mtaStsMxUnlistedTesting,
  ownClock,
  tlsRptNone,
  tlsRptSeveral,
  tlsRptMalformed,
  tlsRptRua,
  tlsRptMixed,
]
