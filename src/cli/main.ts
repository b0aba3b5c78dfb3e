import { Command, CommanderError, Option } from 'commander'
import { SealpostError } from '../errors.ts'
import type { CheckFormat } from '../report/index.ts'
import { addEspCommands } from './esp.ts'
import { addDkimCommands } from './dkimCommand.ts'
import { addAuditCommand } from './auditCommand.ts'
import { addBouncesCommand } from './bouncesCommand.ts'
import { addCampaignCommands } from './campaignCommand.ts'
import { type Exit, exits, tellError } from './exit.ts'
import { addKeyCommands } from './keyCommand.ts'
import { addMessageCommands } from './messageCommand.ts'
import { levels, requireText } from './option.ts'
import { addListCommands } from './listCommand.ts'
import { addProveCommands } from './proveCommand.ts'
import { addPolicyCommand } from './policyCommand.ts'
import { addQueueCommands } from './queueCommand.ts'
import { addSuppressionCommand } from './suppressionCommand.ts'
import { addServeCommands } from './serveCommand.ts'
import { version } from './version.ts'

/** Named here as well, so that help loads no printer. */
const formats = ['text', 'json', 'jsonl', 'sarif', 'csv', 'html'] as const satisfies readonly CheckFormat[]

/** The command line. Each command is a file beside this one, loaded when it is asked for. */
export function createProgram(done: (exit: Exit) => void): Command {
  const program = new Command('sealpost')
    .description('Email campaigns that only travel encrypted: check, send, prove.')
    .version(version)
    // What stands behind a command is the command's: `list --json` and `list import --json` are two things.
    .enablePositionalOptions()
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .addHelpText(
      'after',
      `
Start here:
  sealpost demo                   see all of it on a mail world of its own, on this machine
  sealpost check example.org      can mail to this domain travel encrypted?
  sealpost init                   write example files to begin a campaign with
  sealpost preflight campaign.yaml    would it arrive, encrypted and by the rules?
  sealpost record ./sealpost-data     how what was sent has travelled, for an auditor

Exit status:
  0  all at the demanded level            2  wrong use or settings
  1  something is below it                3  something could not be tested
  70 a fault of Sealpost itself           130 interrupted
`,
    )
  const settings = new Option('-s, --settings <file>', 'settings file (default: sealpost.yaml, if there is one)')
  const json = new Option('--json', 'print one JSON document')

  program.commandsGroup('Begin:')
  program.addHelpCommand(
    new Command('help').argument('[command]').description('display help for command').helpOption(false).helpGroup('Begin:'),
  )

  program
    .command('demo')
    .description('Show check, send and prove on a mail world of its own, on this machine alone.')
    .option('--keep', 'leave the world up, and print commands to try against it')
    .option('--folder <folder>', 'where the demo writes', './demo')
    .action(async (given) => {
      done(await (await import('./demo.ts')).runDemo(given))
    })

  program
    .command('init')
    .description('Write a commented settings file and a sample campaign, and make the key that signs the evidence.')
    .argument('[folder]', 'where', '.')
    .option('--passphrase', 'encrypt the key that signs the evidence with a passphrase, which is asked for')
    .action(async (folder: string, given) => {
      done(await (await import('./init.ts')).runInit(folder, given))
    })

  program.commandsGroup('Check:')
  program
    .command('check')
    .description('Check whether mail to a domain, or to and from a mail server, travels encrypted.')
    .argument(
      '[target...]',
      'domain (example.org) or server (smtp://mx.example.org:25, submission://…, smtps://…, lmtp://…, imap://…, imaps://…, pop3://…, pop3s://…, sieve://…, host:port); - reads them from standard input',
    )
    .addOption(new Option('-l, --level <level>', 'what is demanded').choices(levels).default('encrypted'))
    .option('-d, --deep', 'list everything and try every weakness: some fifty connections to each address instead of at most 8')
    .option('-v, --verbose', 'show the whole dialogue with each server')
    .option(
      '--services',
      'also the servers that a domain names for its users in SRV records (submission, IMAP, POP3, ManageSieve)',
    )
    .option('--probe-mail', 'begin a transaction (MAIL, RCPT, RSET; never a message) to see what is taken in plaintext')
    .option('--targets <file>', 'a file with a target on each line', requireText)
    .option('--ca <file>', 'trust these authorities as well (PEM)', requireText)
    .addOption(new Option('-f, --format <format>', 'how').choices(formats).default('text'))
    .addOption(new Option('--json', 'the same as --format json').implies({ format: 'json' }))
    .addOption(
      new Option('--list <file>', 'check where the recipients of a list (CSV) get their mail, each server once').conflicts([
        'targets',
        'services',
        'deep',
        'probeMail',
        'ca',
        'verbose',
      ]),
    )
    .option('--column <name>', 'with --list: the column of addresses', requireText)
    .option('--encoding <name>', 'with --list: its encoding, where it is not found out right, such as windows-1250', requireText)
    .option('--state <file>', 'with --list: where results are kept, to go on after an interruption', requireText)
    .option('--max-age <time>', 'with --list: use kept results that are no older (default: 24h)', requireText)
    .addOption(settings)
    .addHelpText(
      'after',
      '\nExamples:\n  sealpost check example.org\n  sealpost check --deep -v smtp://mail.example.org:25\n  sealpost check --services --format html example.org > check.html\n  sealpost check --list recipients.csv',
    )
    .action(async (targets: string[], given) => {
      if (given.list === undefined) done(await (await import('./check.ts')).runCheck(targets, given))
      else if (targets.length > 0) throw new SealpostError('SP_USAGE', { what: 'A list and targets cannot be checked at once' })
      else if (!['text', 'json'].includes(given.format))
        throw new SealpostError('SP_USAGE', { what: `A list is reported as text or json, not as ${given.format}` })
      else done(await (await import('./checkList.ts')).runCheckList({ ...given, json: given.format === 'json' }))
    })

  addAuditCommand(program, { settings }, done)

  addPolicyCommand(program, { json, settings }, done)

  addEspCommands(program, { json, settings }, done)

  addDkimCommands(program, { json, settings }, done)

  program.commandsGroup('Prepare:')
  addListCommands(program, { json, settings }, done)

  program
    .command('preflight')
    .description('Look at the list, the message, the sender and every destination of campaigns, and send nothing.')
    .argument('<campaign...>', 'campaign files, such as campaign.yaml')
    .addOption(new Option('-f, --format <format>', 'how').choices(['text', 'json', 'html']).default('text'))
    .addOption(new Option('--json', 'the same as --format json').implies({ format: 'json' }))
    .addOption(settings)
    .action(async (campaigns: string[], given) => {
      done(await (await import('./preflightCommand.ts')).runPreflight(campaigns, given))
    })

  addMessageCommands(program, { json, settings }, done)

  program.commandsGroup('Send:')
  program
    .command('send')
    .description('Send campaigns. Messages wait rather than travel in the clear. Run it again to go on.')
    .argument('<campaign...>', 'campaign files, such as campaign.yaml; several are sent at the same time, and take turns')
    .option('-n, --dry-run', 'the same as sealpost preflight: send nothing')
    .option('--force', 'send though the check before the first message says "not ready"; the evidence keeps that it was so')
    .option('--now', 'try what is held or put off at once, and begin what is scheduled for later')
    .option('-y, --yes', 'with --now: begin what is scheduled for later without asking')
    .option('--wait', 'stay until every message is sent, failed, or given up')
    .addOption(json)
    .addOption(settings)
    .action(async (campaigns: string[], given) => {
      done(await (await import('./send.ts')).runSend(campaigns, given))
    })

  addCampaignCommands(program, { json, settings }, done)

  program
    .command('run')
    .description(
      'Send whatever is due in the data folder, scheduled campaigns among it, and stay until stopped: for a service manager.',
    )
    .addOption(settings)
    .action(async (given) => {
      done(await (await import('./run.ts')).runRun(given))
    })

  addQueueCommands(program, { json, settings }, done)

  program
    .command('report')
    .description('Tell what became of a campaign.')
    .argument('<folder>', 'data folder, such as ./sealpost-data')
    .option('-c, --campaign <name>', 'which campaign (default: the last one)')
    .addOption(new Option('-f, --format <format>', 'how').choices(['text', 'json', 'html']).default('text'))
    .addOption(new Option('--json', 'the same as --format json').implies({ format: 'json' }))
    .addOption(
      new Option('-r, --recipients <state>', 'the addresses in that state instead, as CSV').choices([
        'sent',
        'held',
        'deferred',
        'failed',
        'dropped',
        'exported',
        'suppressed',
        'waiting',
      ]),
    )
    .action(async (folder: string, given) => {
      done(await (await import('./report.ts')).runReport(folder, given))
    })

  addBouncesCommand(program, { json, settings }, done)

  addSuppressionCommand(program, { json, settings }, done)

  addServeCommands(program, { json, settings }, done)

  program.commandsGroup('Prove:')
  addProveCommands(program, { json, settings }, done)

  addKeyCommands(program, { json, settings }, done)

  nameHelp(program, program.name())
  return program
}

/** After a wrong use, where the right one stands: the help of that very command. */
function nameHelp(command: Command, path: string): void {
  command.showHelpAfterError(`(${path} --help shows what there is)`)
  for (const one of command.commands) nameHelp(one, `${path} ${one.name()}`)
}

/** Runs the command line; the exit status is for the caller to set. */
export async function run(argv: readonly string[]): Promise<Exit> {
  let exit: Exit = exits.fine
  try {
    const program = createProgram((code) => {
      exit = code
    })
    if (argv.length === 0) {
      program.outputHelp()
      return exits.wrong
    }
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    // Commander has told the person already; help and version come this way too.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exits.fine : exits.wrong
    return tellError(error)
  }
  return exit
}
