import { json } from '../escape.ts'
import { type ProviderKind, sendingProviders } from '../provider/index.ts'
import { printProviders, publishProviders } from '../report/index.ts'
import { type Exit, exits } from './exit.ts'
import { software } from './version.ts'

export interface EspListArguments {
  readonly kind?: ProviderKind
  readonly json?: boolean
}

export async function runEspList(given: EspListArguments): Promise<Exit> {
  const chosen = sendingProviders.filter(({ kind }) => given.kind === undefined || kind === given.kind)
  process.stdout.write(
    given.json ? `${json(publishProviders(chosen, software))}\n` : printProviders(chosen, process.stdout.columns),
  )
  return exits.fine
}
