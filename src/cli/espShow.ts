import { json } from '../escape.ts'
import { printProvider, publishProviders } from '../report/index.ts'
import { findProvider } from './espDirectory.ts'
import { type Exit, exits } from './exit.ts'
import { software } from './version.ts'

export async function runEspShow(name: string, given: { readonly json?: boolean }): Promise<Exit> {
  const provider = findProvider(name)
  process.stdout.write(
    given.json ? `${json(publishProviders([provider], software))}\n` : printProvider(provider, process.stdout.columns),
  )
  return exits.fine
}
