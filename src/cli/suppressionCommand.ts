import type { Command, Option } from 'commander'
import type { Exit } from './exit.ts'
import { requireText } from './option.ts'

/** `sealpost suppression`: the addresses that get no more mail, whatever the campaign. */
export function addSuppressionCommand(
  program: Command,
  { json, settings }: { readonly json: Option; readonly settings: Option },
  done: (exit: Exit) => void,
): void {
  const suppression = program.command('suppression').description('The addresses that get no more mail, whatever the campaign.')

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
    .option('--note <text>', 'why, for whoever looks at the list later', requireText)
    .addOption(settings)
    .action(async (addresses: string[], given) => {
      done(await (await import('./suppression.ts')).runSuppressionAdd(addresses, given))
    })

  suppression
    .command('import')
    .description('Add the addresses of a list (CSV), such as one that another program exported.')
    .argument('<list>', 'CSV file with the names of its columns in the first line')
    .option('--column <name>', 'the column of addresses', requireText)
    .addOption(settings)
    .action(async (list: string, given) => {
      done(await (await import('./suppression.ts')).runSuppressionImport(list, given))
    })

  suppression
    .command('remove')
    .description('Let addresses get mail again, whatever the reason they were suppressed for.')
    .argument('<address...>', 'address, such as ada@example.org')
    .addOption(settings)
    .action(async (addresses: string[], given) => {
      done(await (await import('./suppression.ts')).runSuppressionRemove(addresses, given))
    })
}
