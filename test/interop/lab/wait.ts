/** Waiting for a program that says when it is ready. */
import type { ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'

/** Returns when what it said matches; throws with all that it said when it ended, or did not come to it in time. */
export async function waitUntilSaid(
  { process, said }: { readonly process: ChildProcess; readonly said: () => string },
  pattern: RegExp,
): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!pattern.test(said())) {
    const ended = process.exitCode ?? process.signalCode
    if (ended !== null || Date.now() > deadline) throw new Error(`${process.spawnargs.join(' ')} does not start:\n${said()}`)
    await delay(20)
  }
}
