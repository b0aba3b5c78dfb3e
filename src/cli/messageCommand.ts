import { type Command, Option } from 'commander'
import type { Exit } from './exit.ts'
import { requireCount, requireText } from './option.ts'

/** `sealpost preview` and `sealpost test-send`: what a campaign's messages look like, before it is sent. */
export function addMessageCommands(
  program: Command,
  { json, settings }: { readonly json: Option; readonly settings: Option },
  done: (exit: Exit) => void,
): void {
  const row = new Option('--row <n>', 'the n-th recipient of the list (default: the first)').argParser(requireCount)

  program
    .command('preview')
    .description('Show the message that one recipient would get. Nothing is sent, and nothing fetched.')
    .argument('<campaign>', 'campaign file, such as campaign.yaml')
    .addOption(new Option('-r, --recipient <address>', 'whose').argParser(requireText).conflicts('row'))
    .addOption(row)
    .option('-o, --out <file>', 'write it to a file: .html (text, HTML and notes), .eml (as it is sent) or .txt', requireText)
    .option('--open', 'open it in the browser')
    .addOption(settings)
    .addHelpText(
      'after',
      '\nExamples:\n  sealpost preview campaign.yaml --recipient ada@example.com\n  sealpost preview campaign.yaml --row 7 --out preview.html --open',
    )
    .action(async (campaign: string, given) => {
      done(await (await import('./preview.ts')).runPreview(campaign, given))
    })

  program
    .command('test-send')
    .description(
      'Send one message of a campaign to yourself, as safely as the campaign travels, with [Test] before its subject. It counts nowhere; the evidence has it as a test.',
    )
    .argument('<campaign>', 'campaign file, such as campaign.yaml')
    .requiredOption('-t, --to <address>', 'where it goes', requireText)
    .addOption(row)
    .addOption(json)
    .addOption(settings)
    .addHelpText('after', '\nExample:\n  sealpost test-send campaign.yaml --to me@example.org --row 7')
    .action(async (campaign: string, given) => {
      done(await (await import('./testSend.ts')).runTestSend(campaign, given))
    })
}
