import type { ClientHello, HelloAnswer } from '../hello/index.ts'
import { readSuite } from '../registry/index.ts'
import type { Notebook } from './notebook.ts'

interface Asked {
  readonly answer: HelloAnswer | undefined
  /** What was on offer when the answer came. */
  readonly suites: readonly number[]
  /** What was left out at the second time is what it breaks off at, and nothing is known of it. */
  readonly faulty: boolean
}

/**
 * Offers suites, and once more without finite-field Diffie-Hellman where the server broke off without saying why: often
 * its parameters are missing (Dovecot without ssl_dh), it fails at its own choice, and the rest is well.
 */
export async function askSparing(
  notebook: Notebook,
  suites: readonly number[],
  compose: (suites: readonly number[]) => ClientHello,
): Promise<Asked> {
  const answer = await notebook.ask(compose(suites))
  const spared = withoutDhe(suites)
  // Who closes at everything is not asked everything twice.
  const unexplained = answer && (isFault(answer) || (answer.kind === 'closed' && notebook.takesTls))
  if (!unexplained || spared.length === 0 || spared.length === suites.length) return { answer, suites, faulty: false }
  const second = await notebook.ask(compose(spared))
  return second?.kind === 'flight' ? { answer: second, suites: spared, faulty: true } : { answer: second, suites, faulty: false }
}

/** The server broke off for a fault of its own (RFC 8446 6.2: internal_error), which says nothing of what it takes. */
export function isFault(answer: HelloAnswer): boolean {
  return answer.kind === 'alert' && answer.description === 80
}

/** Whether the server says no, rather than nothing. A flight of another version is a no to the one that was asked. */
export function isRefusal(answer: HelloAnswer): boolean {
  if (answer.kind === 'alert') return !isFault(answer)
  return answer.kind === 'flight' || (answer.kind === 'closed' && answer.bytes.length === 0)
}

export function withoutDhe(suites: readonly number[]): readonly number[] {
  return suites.filter((id) => readSuite(id)?.exchange !== 'dhe')
}
