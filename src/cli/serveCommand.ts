import type { Command, Option } from 'commander'
import type { Exit } from './exit.ts'

/** `sealpost serve`, and what has to do with the links that it answers. */
export function addServeCommands(
  program: Command,
  { json, settings }: { readonly json: Option; readonly settings: Option },
  done: (exit: Exit) => void,
): void {
  program
    .command('serve')
    .description(
      'Answer the links in messages (those with which recipients leave, those that are counted), what providers report, and logs that want their checkpoints cosigned.',
    )
    .addOption(settings)
    .addHelpText('after', '\nSIGTERM ends it, SIGHUP makes it read its certificate again. docs/serve.md says how to run it.')
    .action(async (given) => {
      done(await (await import('./serve.ts')).runServe(given))
    })

  const unsubscribe = program.command('unsubscribe').description('The links with which recipients leave.')

  unsubscribe
    .command('check')
    .description('Follow a link of your own as a mail program would, with one that unsubscribes nobody.')
    .addOption(json)
    .addOption(settings)
    .action(async (given) => {
      done(await (await import('./unsubscribe.ts')).runUnsubscribeCheck(given))
    })

  unsubscribe
    .command('rotate-key')
    .description('Sign links with a new key from now on; those in mailboxes go on working.')
    .addOption(settings)
    .action(async (given) => {
      done(await (await import('./unsubscribe.ts')).runUnsubscribeRotate(given))
    })

  program
    .command('tracking')
    .description('Links that are counted.')
    .command('rotate-key')
    .description('Sign links that are counted with a new key from now on; those in mailboxes go on leading where they lead.')
    .addOption(settings)
    .action(async (given) => {
      done(await (await import('./trackingKey.ts')).runTrackingRotate(given))
    })
}
