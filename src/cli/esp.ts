import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ProviderKind } from '../provider/index.ts'
import type { Exit } from './exit.ts'
import { requireText } from './option.ts'

/** Named here as well, so that help loads no directory. */
const kinds = ['esp', 'marketing', 'relay', 'mailbox'] as const satisfies readonly ProviderKind[]

/** What may be demanded of the second hop. */
const hopLevels = ['opportunistic', 'encrypted', 'valid'] as const

/** Options that several commands have. */
interface Shared {
  readonly json: Option
  readonly settings: Option
}

/** `sealpost esp`: what is known of providers, and whether it is so. Each command is a file beside this one. */
export function addEspCommands(program: Command, { json, settings }: Shared, done: (exit: Exit) => void): void {
  const esp = program
    .command('esp')
    .description('Providers that mail is handed in to: what is documented of them, and what their servers do.')

  esp
    .command('list')
    .description('List the providers in the directory.')
    .addOption(new Option('-k, --kind <kind>', 'those of one kind alone').choices(kinds))
    .addOption(json)
    .action(async (given) => {
      done(await (await import('./espList.ts')).runEspList(given))
    })

  esp
    .command('show')
    .description('Show what is known of a provider: its servers, ports, claims, and how it is recognised.')
    .argument('<name>', 'its id or name, or the name of one of its servers')
    .addOption(json)
    .action(async (name: string, given) => {
      done(await (await import('./espShow.ts')).runEspShow(name, given))
    })

  esp
    .command('check')
    .description('Examine the servers of a provider, and hold them against its documentation.')
    .argument('<name>', 'its id or name, or the name of one of its servers')
    .option('-r, --region <region>', 'the servers of one region alone')
    .option('-p, --port <port>', 'one port alone', readPort)
    .option('-v, --verbose', 'show every finding, and the whole dialogue with each server')
    .addOption(json)
    .addOption(settings)
    .addHelpText(
      'after',
      '\nEvery port is asked three things: is STARTTLS offered, is a log-in offered before it, is MAIL in plaintext\nrefused with 530? Nothing is logged in to, and no message is sent.\n\nExamples:\n  sealpost esp check postmark\n  sealpost esp check amazon-ses --region eu-west-1 --port 587',
    )
    .action(async (name: string, given) => {
      done(await (await import('./espCheck.ts')).runEspCheck(name, given))
    })

  esp
    .command('policy')
    .description("Read a provider's own switch for TLS to recipients, and set it after showing the change.")
    .argument('<name>', 'amazon-ses, mailgun, sendgrid, resend, or another that is told of in words')
    .option('--domain <domain>', 'Mailgun, Resend: which sending domain (default: all)', requireText)
    .option('--configuration-set <name>', 'Amazon SES: which configuration set (default: all)', requireText)
    .option('--region <region>', 'AWS region (default: AWS_REGION); us or eu at Mailgun; global or eu at SendGrid', requireText)
    .addOption(new Option('--set <level>', 'demand this of the second hop').choices(hopLevels))
    .option('-y, --yes', 'make the change without asking')
    .addOption(json)
    .addHelpText(
      'after',
      '\nThe API key comes from the environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, MAILGUN_API_KEY,\nSENDGRID_API_KEY or RESEND_API_KEY.\n\nExamples:\n  sealpost esp policy mailgun --domain news.example.org\n  sealpost esp policy mailgun --domain news.example.org --set valid',
    )
    .action(async (name: string, given) => {
      done(await (await import('./espPolicy.ts')).runEspPolicy(name, given))
    })
}

function readPort(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535) throw new InvalidArgumentError('It is not a port.')
  return port
}
