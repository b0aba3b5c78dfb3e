import { type Command, Option } from 'commander'
import { addAnchorCommand } from './anchorCommand.ts'
import type { Exit } from './exit.ts'
import { gatherTexts, requireText } from './option.ts'

/** `sealpost record|prove|verify|anchor|erase`: what the evidence is for. */
export function addProveCommands(
  program: Command,
  { json, settings }: { readonly json: Option; readonly settings: Option },
  done: (exit: Exit) => void,
): void {
  program
    .command('record')
    .description(
      'Tell an auditor what was recorded of the messages of a campaign or a period: how they travelled, what was held, what is weak.',
    )
    .argument('<folder>', 'data folder, such as ./sealpost-data')
    .option('-c, --campaign <name>', 'of this campaign alone', requireText)
    .option('--since <time>', 'from then on: 2026-11-01 (UTC), or "2026-11-01 09:00 Europe/Berlin"', requireText)
    .option('--until <time>', 'before then', requireText)
    .addOption(
      new Option('-f, --format <format>', 'how; html prints well').choices(['text', 'json', 'csv', 'html']).default('text'),
    )
    .addOption(new Option('--json', 'the same as --format json').implies({ format: 'json' }))
    .addOption(settings)
    .addHelpText(
      'after',
      '\nExamples:\n  sealpost record ./sealpost-data --since 2026-11-01 --until 2026-12-01 --format html > november.html\n  sealpost record ./sealpost-data --campaign spring --json',
    )
    .action(async (folder: string, given) => {
      done(await (await import('./record.ts')).runRecord(folder, given))
    })

  program
    .command('prove')
    .description('Write a receipt that proves to others how a message to one person was sent.')
    .requiredOption('-r, --recipient <address>', 'to whom', requireText)
    .option('-c, --campaign <name>', 'of which campaign, where several went to them', requireText)
    .option('--all-attempts', 'a receipt of each attempt, not only of the last one; needs --out')
    .option(
      '--checkpoint <file>',
      'as of this signed checkpoint, such as one that witnesses signed (default: the last one)',
      requireText,
    )
    .option('-o, --out <file>', 'write it to a file', requireText)
    .addOption(settings)
    .addHelpText(
      'after',
      '\nIt is checked by sealpost verify FILE --key KEY, or in a browser, without a network: docs/verifier.html.\n\nExample:\n  sealpost prove --recipient ada@example.com --campaign spring --out receipt.json',
    )
    .action(async (given) => {
      done(await (await import('./prove.ts')).runProve(given))
    })

  program
    .command('verify')
    .description('Check a receipt, or the whole evidence log of a data folder: is it what its sender signed, unchanged? Offline.')
    .argument('<receipt|folder>', 'the file of a receipt, or a data folder, such as ./sealpost-data')
    .option(
      '-k, --key <key>',
      'the key of the sender, as you were given it elsewhere: name+id+key, or a file of it; a former key will do (a receipt needs it; for a folder, default: those in the folder, which whoever made the folder chose)',
    )
    .option(
      '--checkpoint <checkpoint>',
      'a checkpoint that was kept elsewhere, to see that the log still holds it: SIZE:ROOT, or the file of a signed one; may be given more than once (default: what the queue remembers)',
      gatherTexts,
    )
    .option(
      '--witness-key <key>',
      'the key of a witness, whose cosignatures count: name+id+key; may be given more than once',
      gatherTexts,
    )
    .option('--tsa-ca <file>', 'time-stamping authorities to trust (PEM)', requireText)
    .option('--dns-name <name>', 'look up the checkpoints that stand there as TXT records, and compare', requireText)
    .addOption(json)
    .addOption(settings)
    .addHelpText(
      'after',
      '\nExamples:\n  sealpost verify ./sealpost-data\n  sealpost verify receipt.json --key shop.example+0c1d2e3f+AZ…\n\nsealpost key show prints the key. What the names of faults mean: docs/tlog.md (of a folder), docs/receipts.md (of a receipt). Exit status: 0 all of it verifies; 1 something does not, or there is nothing; 3 the DNS did not answer (--dns-name).',
    )
    .action(async (folder: string, given) => {
      done(await (await import('./verify.ts')).runVerify(folder, given))
    })

  addAnchorCommand(program, { json, settings }, done)

  program
    .command('erase')
    .description('Erase people: what leads to them goes from all files, and they are not written to again.')
    .argument('[address...]', 'address, such as ada@example.org')
    .option('--from <file>', 'a list (CSV), or a file with an address on each line', requireText)
    .option('-n, --dry-run', 'show what is kept of them, and change nothing')
    .option('-y, --yes', 'do not ask')
    .addOption(json)
    .addOption(settings)
    .addHelpText(
      'after',
      '\nExamples:\n  sealpost erase ada@example.org --dry-run\n  sealpost erase --from people.csv --yes\n\nNo receipt can be written for them afterwards: if they may ask for one, write it before (sealpost prove). docs/erasure.md says what stays.',
    )
    .action(async (addresses: string[], given) => {
      done(await (await import('./erase.ts')).runErase(addresses, given))
    })
}
