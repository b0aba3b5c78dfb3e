import type { HelloAnswer } from '../hello/index.ts'
import type { GroupList, SuiteList } from './facts.ts'
import { type Notebook, hex } from './notebook.ts'
import { groupsOf13, offer, suitesOf13 } from './offer.ts'
import { findOrder } from './order.ts'
import { isRefusal } from './sparing.ts'

interface Listed {
  readonly suites: SuiteList
  readonly groups: GroupList
}

/**
 * Lists suites and groups of TLS 1.3: each HelloRetryRequest names one of both (RFC 8446 4.1.4), and both are taken out
 * of the next offer. When nothing is left in common, each list is brought to its end beside one of the other that is
 * known to be taken, so that it is known which of the two had ended.
 */
export async function listByRetry(notebook: Notebook, servername: string | undefined): Promise<Listed> {
  const suites: SuiteList['suites'][number][] = []
  const groups: number[] = []
  const offers: (readonly number[])[] = []
  let leftSuites = suitesOf13
  let leftGroups = groupsOf13

  const ask = async (
    offeredSuites: readonly number[],
    offeredGroups: readonly number[],
  ): Promise<'chosen' | 'refused' | 'unclear'> => {
    const answer = await notebook.ask(offer({ version: 0x0304, suites: offeredSuites, groups: offeredGroups, servername }))
    const chosen = answer && readChoice(answer, offeredSuites, offeredGroups)
    if (!answer || !chosen) return answer && isRefusal(answer) ? 'refused' : 'unclear'
    if (leftSuites.includes(chosen.suite)) {
      suites.push({ id: chosen.suite, evidence: hex(chosen.bytes) })
      offers.push(leftSuites)
      leftSuites = leftSuites.filter((id) => id !== chosen.suite).toReversed()
    }
    if (leftGroups.includes(chosen.group)) groups.push(chosen.group)
    leftGroups = leftGroups.filter((id) => id !== chosen.group)
    return 'chosen'
  }
  const askWhile = async (left: () => readonly number[], next: () => ReturnType<typeof ask>): Promise<boolean> => {
    while (left().length > 0) {
      const came = await next()
      if (came !== 'chosen') return came === 'refused'
    }
    return true
  }

  const refused = await askWhile(
    () => (leftSuites.length === 0 ? leftSuites : leftGroups),
    async () => ask(leftSuites, leftGroups),
  )
  const [suite] = suites
  const [group] = groups
  // Refused from the start: there is no TLS 1.3, so both lists are whole, and empty.
  const known = suite !== undefined && group !== undefined
  const suitesEnd = known
    ? await askWhile(
        () => leftSuites,
        async () => ask(leftSuites, [group]),
      )
    : refused
  const groupsEnd = known
    ? await askWhile(
        () => leftGroups,
        async () => ask([suite.id], leftGroups),
      )
    : refused
  return {
    suites: {
      version: 0x0304,
      order: await findOrder(
        suites.map(({ id }) => id),
        offers,
        async (ids) => {
          const answer =
            group === undefined
              ? undefined
              : await notebook.ask(offer({ version: 0x0304, suites: ids, groups: [group], servername }))
          return answer?.kind === 'flight' ? answer.suite : undefined
        },
      ),
      suites,
      refused: suitesEnd ? leftSuites : [],
      complete: suitesEnd,
    },
    groups: { version: 0x0304, groups, complete: groupsEnd },
  }
}

function readChoice(answer: HelloAnswer, suites: readonly number[], groups: readonly number[]) {
  return answer.kind === 'flight' &&
    answer.version === 0x0304 &&
    suites.includes(answer.suite) &&
    answer.group !== undefined &&
    groups.includes(answer.group)
    ? { suite: answer.suite, group: answer.group, bytes: answer.bytes }
    : undefined
}
