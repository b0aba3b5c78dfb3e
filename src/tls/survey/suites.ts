import { offer, suitesBefore13 } from './offer.ts'
import { type Notebook, hex } from './notebook.ts'
import type { SuiteList } from './facts.ts'
import { findOrder } from './order.ts'
import { askSparing, isRefusal } from './sparing.ts'

/** Some servers lose count of longer lists (cases.md 56). */
const manySuites = 126

/**
 * Lists the suites a server takes at one version up to TLS 1.2: what it chooses is taken out of the next offer until it
 * chooses nothing any more. The offer's order is turned round each time, so that a server which follows its own order
 * shows it without a connection more.
 */
export async function listSuites(notebook: Notebook, version: number, servername: string | undefined): Promise<SuiteList> {
  const whole = await listFrom(notebook, version, servername, suitesBefore13)
  if (whole.suites.length > 0 || !whole.complete) return whole
  // Nothing of so many: the same again in parts tells whether it was the number.
  const parts: SuiteList[] = []
  for (let from = 0; from < suitesBefore13.length; from += manySuites) {
    parts.push(await listFrom(notebook, version, servername, suitesBefore13.slice(from, from + manySuites)))
    if (notebook.stopped) break
  }
  const taking = parts.filter(({ suites }) => suites.length > 0)
  notebook.manySuitesRefused ||= taking.length > 0
  return {
    version,
    // What stands in different parts was never offered together.
    order: taking.length === 1 && taking[0] ? taking[0].order : 'unknown',
    suites: parts.flatMap(({ suites }) => suites),
    refused: parts.flatMap(({ refused }) => refused),
    complete: parts.length > 0 && parts.every(({ complete }) => complete),
  }
}

async function listFrom(
  notebook: Notebook,
  version: number,
  servername: string | undefined,
  all: readonly number[],
): Promise<SuiteList> {
  const suites: SuiteList['suites'][number][] = []
  const offers: (readonly number[])[] = []
  let refused: readonly number[] = []
  let complete = false
  let faulty = false
  let left = all
  const compose = (ids: readonly number[]) => offer({ version, suites: ids, servername })
  while (left.length > 0) {
    const asked = await askSparing(notebook, left, compose)
    const { answer } = asked
    if (!answer) break
    faulty ||= asked.faulty
    if (answer.kind !== 'flight' || answer.version !== version) {
      if (isRefusal(answer)) refused = asked.suites
      complete = isRefusal(answer) && !faulty
      break
    }
    // Who chooses what was not offered makes no sense; what was seen so far stands.
    if (!asked.suites.includes(answer.suite)) break
    offers.push(asked.suites)
    suites.push({ id: answer.suite, evidence: hex(answer.bytes) })
    left = asked.suites.filter((id) => id !== answer.suite).toReversed()
    complete = left.length === 0 && !faulty
  }
  const chosen = suites.map(({ id }) => id)
  const order = await findOrder(chosen, offers, async (ids) => {
    const answer = await notebook.ask(compose(ids))
    return answer?.kind === 'flight' ? answer.suite : undefined
  })
  return { version, order, suites, refused, complete }
}
