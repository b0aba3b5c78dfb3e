import type { Rule } from '../finding.ts'
import { attachmentRisky } from './attachment-risky.ts'
import { authenticationMissing } from './authentication-missing.ts'
import { bouncesHigh } from './bounces-high.ts'
import { complaintsHigh } from './complaints-high.ts'
import { consentMissing } from './consent-missing.ts'
import { dkimDiffers } from './dkim-differs.ts'
import { dkimMissing } from './dkim-missing.ts'
import { dkimTesting } from './dkim-testing.ts'
import { dkimUnpublished } from './dkim-unpublished.ts'
import { dkimWeak } from './dkim-weak.ts'
import { dmarcAlignment } from './dmarc-alignment.ts'
import { dmarcInvalid } from './dmarc-invalid.ts'
import { dmarcMissing } from './dmarc-missing.ts'
import { dmarcNone } from './dmarc-none.ts'
import { fromExample } from './from-example.ts'
import { fromFreeMail } from './from-free-mail.ts'
import { fromNoMail } from './from-no-mail.ts'
import { fromNullMx } from './from-null-mx.ts'
import { headerDate } from './header-date.ts'
import { headerMessageId } from './header-message-id.ts'
import { headerPrecedence } from './header-precedence.ts'
import { headerTwice } from './header-twice.ts'
import { identityMissing } from './identity-missing.ts'
import { imageAlt } from './image-alt.ts'
import { imageHeavy } from './image-heavy.ts'
import { linkAddress } from './link-address.ts'
import { linkBroken } from './link-broken.ts'
import { linkForeign } from './link-foreign.ts'
import { linkLocal } from './link-local.ts'
import { linkMismatch } from './link-mismatch.ts'
import { linkPlaintext } from './link-plaintext.ts'
import { linkShortener } from './link-shortener.ts'
import { listDuplicates } from './list-duplicates.ts'
import { listInvalid } from './list-invalid.ts'
import { listOld } from './list-old.ts'
import { listRoles } from './list-roles.ts'
import { messageUnmade } from './message-unmade.ts'
import { postalAddress } from './postal-address.ts'
import { preheaderMissing } from './preheader-missing.ts'
import { reverseMissing } from './reverse-missing.ts'
import { reverseUnconfirmed } from './reverse-unconfirmed.ts'
import { senderName } from './sender-name.ts'
import { sizeClipped } from './size-clipped.ts'
import { sizeLarge } from './size-large.ts'
import { spfEveryone } from './spf-everyone.ts'
import { spfFails } from './spf-fails.ts'
import { spfInvalid } from './spf-invalid.ts'
import { spfLookups } from './spf-lookups.ts'
import { spfMissing } from './spf-missing.ts'
import { spfRelay } from './spf-relay.ts'
import { subjectCapitals } from './subject-capitals.ts'
import { subjectEmpty } from './subject-empty.ts'
import { subjectFalseReply } from './subject-false-reply.ts'
import { subjectLong } from './subject-long.ts'
import { textMissing } from './text-missing.ts'
import { tlsOptional } from './tls-optional.ts'
import { tlsSecondHop } from './tls-second-hop.ts'
import { tlsUnreached } from './tls-unreached.ts'
import { trackingConsent } from './tracking-consent.ts'
import { trackingDomain } from './tracking-domain.ts'
import { trackingWithdrawal } from './tracking-withdrawal.ts'
import { unsubscribeInvisible } from './unsubscribe-invisible.ts'
import { unsubscribeMissing } from './unsubscribe-missing.ts'
import { unsubscribeOneClick } from './unsubscribe-one-click.ts'
import { unsubscribeUnanswered } from './unsubscribe-unanswered.ts'
import { unsubscribeUnsigned } from './unsubscribe-unsigned.ts'
import { volumeBulk } from './volume-bulk.ts'
import { volumeJump } from './volume-jump.ts'

/** Every rule, in the order in which they are shown: who sends, how it travels, what it says, to whom. */
export const rules: readonly Rule[] = [
  spfMissing,
  spfInvalid,
  spfLookups,
  spfEveryone,
  spfFails,
  spfRelay,
  dkimMissing,
  dkimUnpublished,
  dkimDiffers,
  dkimWeak,
  dkimTesting,
  authenticationMissing,
  dmarcMissing,
  dmarcInvalid,
  dmarcAlignment,
  dmarcNone,
  fromNoMail,
  fromNullMx,
  fromFreeMail,
  fromExample,
  senderName,
  reverseMissing,
  reverseUnconfirmed,
  tlsOptional,
  tlsUnreached,
  tlsSecondHop,
  unsubscribeMissing,
  unsubscribeOneClick,
  unsubscribeUnanswered,
  unsubscribeUnsigned,
  unsubscribeInvisible,
  postalAddress,
  identityMissing,
  subjectEmpty,
  subjectFalseReply,
  subjectCapitals,
  subjectLong,
  preheaderMissing,
  sizeClipped,
  sizeLarge,
  textMissing,
  imageHeavy,
  imageAlt,
  linkPlaintext,
  linkShortener,
  linkAddress,
  linkLocal,
  linkBroken,
  linkMismatch,
  linkForeign,
  trackingDomain,
  trackingWithdrawal,
  trackingConsent,
  attachmentRisky,
  headerPrecedence,
  headerDate,
  headerMessageId,
  headerTwice,
  complaintsHigh,
  bouncesHigh,
  volumeBulk,
  volumeJump,
  consentMissing,
  listOld,
  listRoles,
  listDuplicates,
  listInvalid,
  messageUnmade,
]
