import { type Command, Option } from 'commander'
import type { Exit } from './exit.ts'
import { levels } from './option.ts'

/** `sealpost policy`: what mail to a domain must be given, and why. */
export function addPolicyCommand(
  program: Command,
  { json, settings }: { readonly json: Option; readonly settings: Option },
  done: (exit: Exit) => void,
): void {
  program
    .command('policy')
    .description('Explain what mail to a domain must be given: your level, DANE, MTA-STS, and what its hosts offered before.')
    .argument('[domain...]', 'domains, such as example.org; with --release hosts')
    .addOption(new Option('-l, --level <level>', 'what you ask yourself').choices(levels).default('encrypted'))
    .option('--release', 'let go of hosts that are suspected of a downgrade; lists them where none is named')
    .addOption(json)
    .addOption(settings)
    .addHelpText(
      'after',
      '\nNothing is sent, and no mail server is spoken to: DNS and the policy hosts are asked.\n\nExamples:\n  sealpost policy example.org\n  sealpost policy --level authenticated example.org\n  sealpost policy --release mx.example.org',
    )
    .action(async (names: string[], given) => {
      done(await (await import('./policy.ts')).runPolicy(names, given))
    })
}
