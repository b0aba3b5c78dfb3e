import type { Command, Option } from 'commander'
import type { Exit } from './exit.ts'
import { requireListName, requireText } from './option.ts'

/** `sealpost suppression`: the addresses that get no more mail, whatever the campaign. */
export function addSuppressionCommand(
  program: Command,
  { json, settings }: { readonly json: Option; readonly settings: Option },
  done: (exit: Exit) => void,
): void {
  const suppression = program.command('suppression').description('The addresses that get no more mail, whatever the campaign.')
  const onList = ['--list <name>', 'only mail of campaigns to that list (unsubscribe.list)', requireListName] as const

  suppression
    .command('list')
    .description('List them, with the reason.')
    .addOption(json)
    .addOption(settings)
    .action(async (given) => {
      done(await (await import('./suppression.ts')).runSuppressionList(given))
    })

  suppression
    .command('add')
    .description('Add addresses.')
    .argument('<address...>', 'address, such as ada@example.org')
    .option(...onList)
    .option('--note <text>', 'why, for whoever looks at the list later', requireText)
    .addOption(settings)
    .action(async (addresses: string[], given) => {
      done(await (await import('./suppression.ts')).runSuppressionAdd(addresses, given))
    })

  suppression
    .command('import')
    .description('Add the addresses of a list (CSV), or of a file with an address or its SHA-256 on each line.')
    .argument('<list>', 'file, such as one that another program exported')
    .option(...onList)
    .option('--column <name>', 'the column of addresses', requireText)
    .addOption(settings)
    .action(async (list: string, given) => {
      done(await (await import('./suppression.ts')).runSuppressionImport(list, given))
    })

  suppression
    .command('remove')
    .description('Let addresses get mail again, whatever the reason they were suppressed for.')
    .argument('<address...>', 'address, such as ada@example.org')
    .option(...onList)
    .addOption(settings)
    .action(async (addresses: string[], given) => {
      done(await (await import('./suppression.ts')).runSuppressionRemove(addresses, given))
    })

  suppression
    .command('uncounted')
    .description('Those who took back the consent to be counted, and go on getting mail.')
    .option('--add <address>', 'count this address no more, where somebody wrote instead of following the link', requireText)
    .option('--remove <address>', 'count it again, where somebody has agreed anew', requireText)
    .addOption(json)
    .addOption(settings)
    .action(async (given) => {
      done(await (await import('./uncounted.ts')).runUncounted(given))
    })

  suppression
    .command('export')
    .description('Write the list as CSV for others, who can then leave those addresses out without being told them.')
    .option('--keyed <file>', 'HMAC-SHA-256 with a key that you share with them (default: a key of the data folder)', requireText)
    .option('--sha256', 'plain SHA-256, which can be guessed')
    .option('--plain', 'the addresses themselves')
    .option('--yes', 'with --plain: do not ask')
    .addOption(settings)
    .action(async (given) => {
      done(await (await import('./suppressionExport.ts')).runSuppressionExport(given))
    })
}
