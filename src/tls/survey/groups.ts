import { readSuite } from '../registry/index.ts'
import type { GroupList } from './facts.ts'
import type { Notebook } from './notebook.ts'
import { groupsBefore13, offer } from './offer.ts'
import { isRefusal } from './sparing.ts'

/** Lists the groups of ECDHE at one version up to TLS 1.2, with the suites that are known to be taken. */
export async function listGroups(
  notebook: Notebook,
  version: number,
  servername: string | undefined,
  suites: readonly number[],
): Promise<GroupList> {
  const elliptic = suites.filter((id) => ['ecdhe', 'ecdhe-psk'].includes(readSuite(id)?.exchange ?? ''))
  const found: number[] = []
  if (elliptic.length === 0) return { version, groups: found, complete: true }
  let left = groupsBefore13
  let complete = false
  while (left.length > 0) {
    const answer = await notebook.ask(offer({ version, suites: elliptic, servername, groups: left }))
    if (!answer) break
    const group = answer.kind === 'flight' && answer.keyExchange?.kind === 'ecdhe' ? answer.keyExchange.group : undefined
    if (group === undefined || !left.includes(group)) {
      complete = isRefusal(answer)
      break
    }
    found.push(group)
    left = left.filter((id) => id !== group)
    complete = left.length === 0
  }
  return { version, groups: found, complete }
}
