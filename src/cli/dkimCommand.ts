import { type Command, Option } from 'commander'
import type { KeyType } from '../dkim/index.ts'
import type { Exit } from './exit.ts'
import { requireText } from './option.ts'

/** Named here as well, so that help loads no room. */
const types = ['rsa', 'ed25519', 'both'] as const satisfies readonly (KeyType | 'both')[]

/** `sealpost dkim`: keys that messages are signed with. Each command is a file beside this one. */
export function addDkimCommands(
  program: Command,
  { json, settings }: { readonly json: Option; readonly settings: Option },
  done: (exit: Exit) => void,
): void {
  const dkim = program
    .command('dkim')
    .description('Keys that messages are signed with (DKIM): make one, and see whether it is published.')

  dkim
    .command('new')
    .description('Make a key, and print the DNS record to publish. A file that is there is never overwritten.')
    .requiredOption('-d, --domain <domain>', 'whose mail is signed: the domain of your From address', requireText)
    .requiredOption('--selector <name>', 'a name for the key, such as s2026a', requireText)
    .addOption(new Option('-t, --type <type>', 'both: two keys, the second under SELECTOR-ed25519').choices(types).default('rsa'))
    .option('-o, --out <folder>', 'where the key file is written', '.')
    .addOption(json)
    .addHelpText('after', '\nExample:\n  sealpost dkim new --domain example.org --selector s2026a --out keys')
    .action(async (given) => {
      done(await (await import('./dkimNew.ts')).runDkimNew(given))
    })

  dkim
    .command('check')
    .description('Say whether the DNS record of a key is published, and whether it is that key.')
    .requiredOption('-d, --domain <domain>', 'as for dkim new', requireText)
    .requiredOption('--selector <name>', 'as for dkim new', requireText)
    .requiredOption('-k, --key <file>', 'the private key', requireText)
    .addOption(json)
    .addOption(settings)
    .addHelpText(
      'after',
      '\nOnly the DNS is asked.\n\nExample:\n  sealpost dkim check --domain example.org --selector s2026a --key keys/s2026a._domainkey.example.org.pem',
    )
    .action(async (given) => {
      done(await (await import('./dkimCheck.ts')).runDkimCheck(given))
    })
}
