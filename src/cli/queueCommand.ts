import { type Command, InvalidArgumentError, Option } from 'commander'
import type { FailureClass, State } from '../queue/index.ts'
import type { Exit } from './exit.ts'
import { levels, requireText } from './option.ts'

/** Named here as well, so that help loads no queue. */
const states = [
  'waiting',
  'deferred',
  'held',
  'leased',
  'sent',
  'failed',
  'dropped',
  'exported',
  'suppressed',
] as const satisfies readonly State[]
const classes = [
  'mailbox',
  'quota',
  'policy',
  'spam',
  'authentication',
  'content',
  'size',
  'rate',
  'greylisted',
  'tls',
  'network',
  'dns',
  'server',
  'protocol',
  'relay',
  'unknown',
] as const satisfies readonly FailureClass[]

/** Options that several commands have. */
interface Shared {
  readonly json: Option
  readonly settings: Option
}

/** `sealpost queue`: what waits, why, and what to do about it. Each command is a file beside this one. */
export function addQueueCommands(program: Command, { json, settings }: Shared, done: (exit: Exit) => void): void {
  const queue = program
    .command('queue')
    .description('Messages that wait: list and explain them, let them go on, give them up; and the queue itself: check, copy.')
  const campaign = new Option('-c, --campaign <name>', 'those of one campaign').argParser(requireText)
  const domain = new Option('-d, --domain <domain>', 'those to one domain').argParser(requireText)
  const address = new Option('-a, --address <address>', 'those to one address').argParser(requireText)
  const name = new Option('--class <class>', 'those with one kind of trouble').choices(classes)
  const yes = new Option('-y, --yes', 'do it without asking')

  queue
    .command('list')
    .description('List messages, in the order in which they were taken in.')
    .addOption(campaign)
    .addOption(new Option('--state <state>', 'those in one state').choices(states))
    .addOption(domain)
    .addOption(name)
    .addOption(new Option('-n, --limit <number>', 'so many at most (default: 50; with --json all)').argParser(readLimit))
    .option('--json', 'print JSON Lines, a message a line')
    .addOption(settings)
    .action(async (given) => {
      done(await (await import('./queueList.ts')).runQueueList(given))
    })

  queue
    .command('show')
    .description('Explain one message: where it stands, what was demanded and why, what the server said, what comes next.')
    .argument('<which>', 'an address, or the id of a message')
    .addOption(campaign)
    .addOption(json)
    .addOption(settings)
    .action(async (which: string, given) => {
      done(await (await import('./queueShow.ts')).runQueueShow(which, given))
    })

  queue
    .command('release')
    .description('Let messages that are held go on at a lower level. What their domains demand themselves is not lifted.')
    .addOption(new Option('-l, --level <level>', 'to which level').choices(levels.slice(0, -1)).makeOptionMandatory())
    .addOption(campaign)
    .addOption(domain)
    .addOption(address)
    .addOption(yes)
    .addOption(settings)
    .addHelpText(
      'after',
      '\nA sender that is running carries it out. The evidence log records it.\n\nExample:\n  sealpost queue release --level opportunistic --campaign spring --domain example.org',
    )
    .action(async (given) => {
      done(await (await import('./queueOrder.ts')).runQueueOrder('release', given))
    })

  const orders = [
    ['retry', 'Try what is held or put off at once.'],
    ['fail', 'Give messages that wait up: they count as failed.'],
    ['drop', 'Take messages that wait out of the queue: they are not sent.'],
  ] as const
  for (const [kind, description] of orders) {
    const command = queue
      .command(kind)
      .description(description)
      .addOption(campaign)
      .addOption(new Option('--state <state>', 'those in one state').choices(['waiting', 'deferred', 'held']))
      .addOption(domain)
      .addOption(address)
      .addOption(name)
    if (kind !== 'retry') command.addOption(yes)
    command.addOption(settings).action(async (given) => {
      done(await (await import('./queueOrder.ts')).runQueueOrder(kind, given))
    })
  }

  queue
    .command('export')
    .description('Write the rows of the list whose messages are in one state as CSV, to reach these people in another way.')
    .addOption(new Option('--state <state>', 'which').choices(['held', 'exported', 'failed', 'deferred']).makeOptionMandatory())
    .addOption(new Option('-c, --campaign <name>', 'which campaign (default: the last one)').argParser(requireText))
    .addOption(settings)
    .action(async (given) => {
      done(await (await import('./queueExport.ts')).runQueueExport(given))
    })

  queue
    .command('check')
    .description('Look through the queue, its campaigns and the evidence beside it for damage, and name it.')
    .option('--repair', 'mend what can be worked out anew: when messages are due, and what a killed run left in hand')
    .addOption(json)
    .addOption(settings)
    .action(async (given) => {
      done(await (await import('./queueCheck.ts')).runQueueCheck(given))
    })

  queue
    .command('backup')
    .description('Copy the queue into a file, also while it is in use.')
    .argument('<target>', 'a file that is not there yet')
    .addOption(settings)
    .action(async (target: string, given) => {
      done(await (await import('./queueBackup.ts')).runQueueBackup(target, given))
    })

  queue
    .command('restore')
    .description('Put a copy of the queue back. What was delivered since it was made is not sent again.')
    .argument('<from>', 'a copy that sealpost queue backup made')
    .addOption(yes)
    .addOption(settings)
    .action(async (from: string, given) => {
      done(await (await import('./queueRestore.ts')).runQueueRestore(from, given))
    })
}

function readLimit(text: string): number {
  const limit = Number(text)
  if (Number.isSafeInteger(limit) && limit > 0 && limit <= 1_000_000_000) return limit
  throw new InvalidArgumentError('It is not a number from 1 on.')
}
