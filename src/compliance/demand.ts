import type { ComplianceFacts } from './facts.ts'
import type { Severity } from './finding.ts'
import { type Receiver, type ReceiverId, receivers } from './receiver.ts'

/** How much goes to a receiver in the day of this campaign. */
export function dailyVolume({ list, history }: ComplianceFacts, id: ReceiverId): number {
  return list.receivers[id] + (history?.lastDay[id] ?? 0)
}

/** Those whose bulk sender this campaign makes, or has made already within two days. */
export function listBulk(facts: ComplianceFacts, ids: readonly ReceiverId[]): readonly Receiver[] {
  return receivers.filter(
    ({ id, bulk }) =>
      ids.includes(id) &&
      facts.list.receivers[id] > 0 &&
      (dailyVolume(facts, id) >= bulk || (facts.history?.dayBefore[id] ?? 0) >= bulk),
  )
}

/** Those that are written to at all. */
function listReached({ list }: ComplianceFacts, ids: readonly ReceiverId[]): readonly Receiver[] {
  return receivers.filter(({ id }) => ids.includes(id) && list.receivers[id] > 0)
}

/** How much a demand of bulk senders weighs: who is none yet is told, and not stopped. */
export function weighBulk(facts: ComplianceFacts, ids: readonly ReceiverId[]): Severity {
  return listBulk(facts, ids).length > 0 ? 'error' : 'warning'
}

/** How much a demand of all senders weighs: an error where somebody who makes it is written to. */
export function weighAll(facts: ComplianceFacts, ids: readonly ReceiverId[]): Severity {
  return listReached(facts, ids).length > 0 ? 'error' : 'warning'
}
