/** Delivery status notifications: RFC 3464, and two older forms as far as they are certain. */
import type { Part } from '../mime/read/index.ts'
import { readExim } from './exim.ts'
import { readQsbmf } from './qsbmf.ts'
import type { DeliveryReport, MalformedReport } from './report.ts'
import { readStandard } from './standard.ts'

export type { Action, DeliveryReport, MalformedReport, RecipientStatus } from './report.ts'
export { decodeXtext } from './xtext.ts'

/** What a message reports of deliveries; undefined where it is no such report, or none that can be read with certainty. */
export function readDeliveryReport(root: Part): DeliveryReport | MalformedReport | undefined {
  return readStandard(root) ?? readQsbmf(root) ?? readExim(root)
}
