import { type Command, Option } from 'commander'
import type { Exit } from './exit.ts'
import { gatherTexts, requireText } from './option.ts'

/** `sealpost anchor`: checkpoints of the evidence, given to others. */
export function addAnchorCommand(
  program: Command,
  { json, settings }: { readonly json: Option; readonly settings: Option },
  done: (exit: Exit) => void,
): void {
  const ways = ['witness', 'dns', 'mail', 'timestamp', 'timestampRequest', 'timestampResponse']
  const way = (flags: string, about: string): Option => {
    const option = new Option(flags, about)
    return option.conflicts(ways.filter((name) => name !== option.attributeName()))
  }

  program
    .command('anchor')
    .description(
      'Give the last checkpoint of the evidence to others, so that nobody can change it unseen; without an option, show what others said of it.',
    )
    .argument('[folder]', 'data folder (default: that of the settings)')
    .addOption(way('--witness <url>', 'have a witness cosign it; with --key').argParser(requireText))
    .option('-k, --key <key>', "a witness's verifier key, name+id+key; may be given more than once", gatherTexts)
    .addOption(way('--timestamp <url>', 'have an authority time-stamp it (RFC 3161)').argParser(requireText))
    .addOption(
      way('--timestamp-request <file>', 'write the request for a time-stamp, to be carried by hand').argParser(requireText),
    )
    .addOption(way('--timestamp-response <file>', 'take in the answer to such a request').argParser(requireText))
    .option('--tsa-ca <file>', 'time-stamping authorities to trust (PEM)', requireText)
    .addOption(way('--dns', 'print it as a TXT record'))
    .option('--dns-name <name>', 'the name of that record; without --dns, compare what stands there', requireText)
    .addOption(way('--mail <address>', 'send it to an auditor; with --as').argParser(requireText))
    .option('--as <campaign>', 'a campaign file whose sender, way and level the mail has', requireText)
    .addOption(json)
    .addOption(settings)
    .addHelpText(
      'after',
      '\nExamples:\n  sealpost anchor --witness https://witness.example.org --key witness.example.org+0c1d2e3f+BA…\n  sealpost anchor --timestamp https://tsa.example.org --tsa-ca tsa.pem\n  sealpost anchor --dns --dns-name _sealpost.example.org\n  sealpost anchor --mail auditor@example.org --as campaign.yaml\n  sealpost anchor --key witness.example.org+0c1d2e3f+BA… --tsa-ca tsa.pem\n\ndocs/anchoring.md says what each is worth.',
    )
    .action(async (folder: string | undefined, given) => {
      done(await (await import('./anchor.ts')).runAnchor(folder, given))
    })
}
