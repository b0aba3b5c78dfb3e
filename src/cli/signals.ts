import { type Exit, exits } from './exit.ts'

/** The first signal ends the run in good order, the second at once. */
export function catchSignals(): { readonly signal: AbortSignal; exit(): Exit | undefined; release(): void } {
  const controller = new AbortController()
  let caught: NodeJS.Signals | undefined
  const onSignal = (name: NodeJS.Signals): void => {
    if (caught) process.exit(exits.interrupted)
    caught = name
    process.stderr.write('\nStopping: what is in flight is finished, the rest stays in the queue. Press again to stop at once.\n')
    controller.abort()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return {
    signal: controller.signal,
    // A service manager's SIGTERM is an order well carried out; a person's interrupt is told as one.
    exit: () => (caught === undefined ? undefined : caught === 'SIGTERM' ? exits.fine : exits.interrupted),
    release: () => {
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
    },
  }
}
