import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Exit } from './exit.ts'
import { requireText } from './option.ts'
import { boundYoungHeap } from '../youngHeap.ts'

/** Named here as well, so that help loads no room. */
const roles = ['email', 'name', 'consentAt', 'consentHow', 'consentSource']

/** `sealpost list`: lists of recipients that are kept. Each command is a file beside this one. */
export function addListCommands(
  program: Command,
  { json, settings }: { readonly json: Option; readonly settings: Option },
  done: (exit: Exit) => void,
): void {
  const where = new Option(
    '-w, --where <condition>',
    'those alone for whom it holds, such as \'country = "DE" and age >= 18\'',
  ).argParser(requireText)
  const list = program
    .command('list')
    .description('Show the stored lists of recipients; import, show, export and remove them.')
    .enablePositionalOptions()
    .addOption(json)
    .addOption(settings)
    .action(async (given) => {
      done(await (await import('./listAll.ts')).runListAll(given))
    })

  list
    .command('import')
    .description('Look at a file (CSV, TSV, JSON Lines; also .gz), and with --commit store its recipients.')
    .argument('<file>', 'such as readers.csv')
    .requiredOption('-n, --name <list>', 'the list: up to 64 letters, digits, dashes and underscores', requireText)
    .option('--commit', 'store them; without it nothing is changed')
    .option('--replace', 'take off the list whom the file does not have')
    .option('--column <name>', 'the column of addresses', requireText)
    .option('--map <role=column>', `what a column means: ${roles.join(', ')}; may be said several times`, addMapping, {})
    .addOption(new Option('--dates <order>', 'how 03/04/2025 is meant').choices(['dmy', 'mdy']))
    .option('--encoding <name>', 'the encoding, where it is not found out right, such as windows-1250', requireText)
    .option('--check-domains', 'ask the DNS of each domain whether it takes mail')
    .addOption(json)
    .addOption(settings)
    .addHelpText(
      'after',
      '\nExamples:\n  sealpost list import readers.csv --name readers\n  sealpost list import readers.csv --name readers --map consentAt="Opt-in date" --commit',
    )
    .action(async (file: string, given) => {
      // Before anything is loaded: that alone would let the space for new objects grow beyond what a list takes.
      using _ = boundYoungHeap()
      done(await (await import('./listImport.ts')).runListImport(file, given))
    })

  list
    .command('show')
    .description('Show what a stored list holds: members, mailbox providers, domains, columns, consent. No address is shown.')
    .argument('<name>', 'the list')
    .addOption(where)
    .option('--providers', 'ask the DNS of each domain who runs its mail servers')
    .addOption(json)
    .addOption(settings)
    .action(async (name: string, given) => {
      done(await (await import('./listShow.ts')).runListShow(name, given))
    })

  list
    .command('export')
    .description('Write a stored list out, as it was imported and merged.')
    .argument('<name>', 'the list')
    .addOption(new Option('-f, --format <format>', 'how').choices(['csv', 'jsonl']).default('csv'))
    .addOption(new Option('--json', 'the same as --format jsonl').implies({ format: 'jsonl' }))
    .option('-o, --output <file>', 'into a new file (default: standard output)', requireText)
    .addOption(where)
    .addOption(settings)
    .addHelpText('after', '\nIn CSV a cell that a spreadsheet would take for a formula gets an apostrophe in front.')
    .action(async (name: string, given) => {
      done(await (await import('./listExport.ts')).runListExport(name, given))
    })

  list
    .command('remove')
    .description('Delete a stored list, or take one address off it, or off all lists.')
    .argument('[name]', 'the list')
    .option('-a, --address <address>', 'this address alone; off all lists, where none is named', requireText)
    .option('-y, --yes', 'do not ask')
    .addOption(json)
    .addOption(settings)
    .addHelpText(
      'after',
      '\nAn address that is taken off a list comes back with the next import that has it.\n\nExamples:\n  sealpost list remove readers\n  sealpost list remove --address ada@example.org',
    )
    .action(async (name: string | undefined, given) => {
      done(await (await import('./listRemove.ts')).runListRemove(name, given))
    })
}

function addMapping(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const at = text.indexOf('=')
  const role = text.slice(0, at)
  const column = text.slice(at + 1).trim()
  if (at < 0 || column === '') throw new InvalidArgumentError('It has the form consentAt=column.')
  if (!roles.includes(role)) throw new InvalidArgumentError(`The roles are ${roles.join(', ')}.`)
  return { ...before, [role]: column }
}
