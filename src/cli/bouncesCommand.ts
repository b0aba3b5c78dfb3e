import type { Command, Option } from 'commander'
import type { Exit } from './exit.ts'

/** `sealpost bounces`: what came back, and what follows. */
export function addBouncesCommand(
  program: Command,
  { json, settings }: { readonly json: Option; readonly settings: Option },
  done: (exit: Exit) => void,
): void {
  program
    .command('bounces')
    .description('Read bounces and complaints, and write to nobody again who is gone or has complained.')
    .command('read')
    .description('Read mailboxes: suppress addresses that are gone or complained, count bounces that may pass.')
    .argument('<mailbox...>', 'mbox file, Maildir folder, or a file with one message')
    .option('-n, --dry-run', 'say what would follow, and change nothing')
    .addOption(json)
    .addOption(settings)
    .addHelpText(
      'after',
      '\nMailboxes are only read: nothing is moved, marked or deleted in them. What was read before is known again.\n\nExample:\n  sealpost bounces read /var/mail/bounces ~/Maildir/.Complaints',
    )
    .action(async (mailboxes: string[], given) => {
      done(await (await import('./bounces.ts')).runBouncesRead(mailboxes, given))
    })
}
