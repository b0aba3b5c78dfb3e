import { relative } from 'node:path'
import { writeExamples } from '../campaign/index.ts'
import { type Exit, exits } from './exit.ts'

export async function runInit(folder: string): Promise<Exit> {
  const files = await writeExamples(folder)
  process.stdout.write(`Written:\n${files.map((file) => `  ${relative('.', file)}\n`).join('')}`)
  const into = relative('.', folder)
  process.stdout.write(`
Next:${into === '' ? '' : `\n  cd ${into}`}
  1. Put your own name in campaign.yaml (from) and your recipients in list.csv.
  2. npx sealpost preflight campaign.yaml         looks at everything and sends nothing
  3. npx sealpost send campaign.yaml              sends; run it again to go on
`)
  return exits.fine
}
