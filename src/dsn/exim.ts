import { type Part, findField, findFields } from '../mime/read/index.ts'
import { type DeliveryReport, maxRecipients } from './report.ts'

/**
 * Reads a bounce of an older Exim or of one that is set to bounce in words of its own: plain text, with the
 * addresses that failed for good in X-Failed-Recipients (Exim specification, "Customizing bounce and warning messages").
 * Why they failed stands in prose only, so it stays unknown. Undefined where the message is none.
 */
export function readExim(root: Part): DeliveryReport | undefined {
  const failed = findFields(root.fields, 'x-failed-recipients')
  // Exim marks what it wrote itself; the header alone, in somebody's answer, says nothing.
  const automatic = findField(root.fields, 'auto-submitted')?.toLowerCase().startsWith('auto-') === true
  if (failed.length === 0 || !automatic || root.type !== 'text/plain') return undefined
  const addresses = failed
    .flatMap((value) => value.split(','))
    .map((address) => address.trim())
    .filter((address) => address.includes('@') && address.length <= 500)
  if (addresses.length === 0 || addresses.length > maxRecipients) return undefined
  return {
    kind: 'delivery-report',
    form: 'exim',
    envelopeId: undefined,
    reportingMta: undefined,
    recipients: addresses.map((final) => ({
      original: undefined,
      final,
      action: 'failed',
      status: undefined,
      remoteMta: undefined,
      diagnostic: undefined,
      lastAttemptAt: undefined,
      retryUntil: undefined,
    })),
    returned: [],
  }
}
