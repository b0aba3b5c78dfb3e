import type { HelloAnswer } from '../hello/index.ts'
import { readSuite } from '../registry/index.ts'
import { offer, suitesBefore13 } from './offer.ts'
import { type Notebook, hex } from './notebook.ts'
import type { SuiteList } from './facts.ts'
import { findOrder } from './order.ts'

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
  let complete = false
  let faulty = false
  let left = all
  const ask = async (ids: readonly number[]): Promise<HelloAnswer | undefined> =>
    notebook.ask(offer({ version, suites: ids, servername }))
  while (left.length > 0) {
    const answer = await ask(left)
    if (!answer) break
    if (isFault(answer) && !faulty) {
      // Often its Diffie-Hellman parameters are missing (Dovecot without ssl_dh), and the rest is well.
      faulty = true
      left = withoutDhe(left)
      continue
    }
    if (answer.kind !== 'flight' || answer.version !== version) {
      complete = isRefusal(answer) && !faulty
      break
    }
    // Who chooses what was not offered makes no sense; what was seen so far stands.
    if (!left.includes(answer.suite)) break
    offers.push(left)
    suites.push({ id: answer.suite, evidence: hex(answer.bytes) })
    left = left.filter((id) => id !== answer.suite).toReversed()
    complete = left.length === 0 && !faulty
  }
  const chosen = suites.map(({ id }) => id)
  const order = await findOrder(chosen, offers, async (ids) => {
    const answer = await ask(ids)
    return answer?.kind === 'flight' ? answer.suite : undefined
  })
  return { version, order, suites, refused: complete ? left : [], complete }
}

/** The server broke off for a fault of its own (RFC 8446 6.2: internal_error), which says nothing of what it takes. */
export function isFault(answer: HelloAnswer): boolean {
  return answer.kind === 'alert' && answer.description === 80
}

export function withoutDhe(suites: readonly number[]): readonly number[] {
  return suites.filter((id) => readSuite(id)?.exchange !== 'dhe')
}

/** Whether the server says no, rather than nothing. A flight of another version is a no to the one that was asked. */
export function isRefusal(answer: HelloAnswer): boolean {
  if (answer.kind === 'alert') return !isFault(answer)
  return answer.kind === 'flight' || (answer.kind === 'closed' && answer.bytes.length === 0)
}
