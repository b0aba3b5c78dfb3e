import type { Command, Option } from 'commander'
import type { Exit } from './exit.ts'
import { requireText } from './option.ts'

/** `sealpost key`: the key that signs the evidence. Each command is a file beside this one. */
export function addKeyCommands(
  program: Command,
  { json, settings }: { readonly json: Option; readonly settings: Option },
  done: (exit: Exit) => void,
): void {
  const key = program.command('key').description('The key that signs the evidence: see it, protect it, change it.')

  key
    .command('show')
    .description('Print the public keys of the evidence log, for those who are to check it.')
    .addOption(json)
    .addOption(settings)
    .action(async (given) => {
      done(await (await import('./keyShow.ts')).runKeyShow(given))
    })

  key
    .command('passphrase')
    .description('Encrypt the key with a passphrase, or change the one it has. The key stays the same.')
    .option(
      '--new-env <name>',
      'the environment variable that holds the new passphrase (default: ask at the terminal)',
      requireText,
    )
    .option('--new-file <file>', 'the file that holds it', requireText)
    .option('--remove', 'keep the key without a passphrase from now on')
    .addOption(settings)
    .addHelpText(
      'after',
      '\nThe present passphrase comes from evidence.passphraseEnv or evidence.passphraseFile in the settings, else it is asked for.',
    )
    .action(async (given) => {
      done(await (await import('./keyPassphrase.ts')).runKeyPassphrase(given))
    })

  key
    .command('rotate')
    .description('Sign the evidence with a new key from now on. The old one says so in the log, and is deleted.')
    .addOption(json)
    .addOption(settings)
    .addHelpText(
      'after',
      '\nNothing may be sending from the data folder meanwhile. docs/keys.md says what those who check need to know.',
    )
    .action(async (given) => {
      done(await (await import('./keyRotate.ts')).runKeyRotate(given))
    })
}
