import { type Command, Option } from 'commander'
import type { Exit } from './exit.ts'
import { requireText } from './option.ts'

/** `sealpost audit`: what other software's mail settings mean, and what to write instead. */
export function addAuditCommand(program: Command, { settings }: { readonly settings: Option }, done: (exit: Exit) => void): void {
  program
    .command('audit')
    .description('Read the mail settings of other software: what they mean for encryption, and the exact change.')
    .argument('[path...]', 'files and folders: settings, source code, compose files, systemd units')
    .addOption(new Option('-l, --level <level>', 'what is demanded').choices(['encrypted', 'valid']).default('valid'))
    .option('-p, --probe', 'try the servers named, and tell what the software would really do')
    .option('--check', 'for CI: what is good is told in a line, nothing is written')
    .option('--fix', 'write the changes: each is shown, tried against the server, and the old file kept')
    .option('-y, --yes', 'with --fix: write without asking')
    .option('--unprobed', 'with --fix: write without trying the server first')
    .option(
      '--version-of <program=version>',
      'the version of a program, such as django=4.2, where no file tells it; may be given again',
      collect,
      [],
    )
    .option('--software <program>', 'only this program, such as ghost; may be given again', collect, [])
    .addOption(
      new Option('--generate <program>', 'print a right configuration for a program instead').conflicts([
        'fix',
        'check',
        'probe',
      ]),
    )
    .option('--provider <name>', 'with --generate: whose mail server, such as postmark', requireText)
    .option('--server <host:port>', 'with --generate: a mail server that is in no directory', requireText)
    .addOption(new Option('-f, --format <format>', 'how').choices(['text', 'json', 'sarif']).default('text'))
    .addOption(new Option('--json', 'the same as --format json').implies({ format: 'json' }))
    .addOption(settings)
    .addHelpText(
      'after',
      '\nExamples:\n  sealpost audit .\n  sealpost audit --probe /etc/postfix/main.cf\n  sealpost audit --fix --version-of django=5.1 site/settings.py\n  sealpost audit --check --format sarif . > audit.sarif\n  sealpost audit --generate listmonk --provider postmark',
    )
    .action(async (paths: string[], given) => {
      if (given.generate === undefined) done(await (await import('./audit.ts')).runAudit(paths, given))
      else done((await import('./auditGenerate.ts')).runGenerate(paths, given))
    })
}

function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, requireText(text)]
}
