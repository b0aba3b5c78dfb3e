import { join, relative } from 'node:path'
import { writeExamples } from '../campaign/index.ts'
import { makeFirstKey } from '../evidence/index.ts'
import { type Exit, exits } from './exit.ts'
import { askNewPassphrase } from './passphrase.ts'

/** Where the settings that are written here have the data folder. */
const dataFolder = 'sealpost-data'

export async function runInit(folder: string, given: { readonly passphrase?: boolean }): Promise<Exit> {
  // Asked first: whoever gives up at the question finds nothing written.
  const passphrase = given.passphrase === true ? await askNewPassphrase(undefined) : undefined
  const files = await writeExamples(folder)
  const { path, made } = await makeFirstKey(join(folder, dataFolder), async () => passphrase)
  const written = made ? [...files, path] : files
  process.stdout.write(`Written:\n${written.map((file) => `  ${relative('.', file)}\n`).join('')}`)
  if (made)
    process.stdout.write(`
The last one signs the evidence of what is sent. Keep a copy of it elsewhere: without it nothing can be added to the log.
${passphrase === undefined ? 'It is not encrypted; npx sealpost key passphrase encrypts it.' : 'It is encrypted: name evidence.passphraseEnv or evidence.passphraseFile in sealpost.yaml for runs without a terminal.'}
`)
  const into = relative('.', folder)
  process.stdout.write(`
Next:${into === '' ? '' : `\n  cd ${into}`}
  1. Put your own name in campaign.yaml (from) and your recipients in list.csv.
  2. npx sealpost preflight campaign.yaml         looks at everything and sends nothing
  3. npx sealpost send campaign.yaml              sends; run it again to go on
  4. npx sealpost record ./${dataFolder}          how it travelled, for an auditor
     npx sealpost anchor --help                   who can vouch for it besides you
`)
  return exits.fine
}
