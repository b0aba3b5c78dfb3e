import { parseFrozen } from '../campaign/index.ts'
import { json } from '../escape.ts'
import { loadSettings } from '../settings/index.ts'
import { QueueReader } from '../store/index.ts'
import { type Exit, exits } from './exit.ts'
import { chooseCampaign } from './report.ts'

/** Prints the frozen campaign for an archive. Where the log-in is to be had is this machine's matter, and no part of the digest. */
export async function runCampaignExport(name: string, given: { readonly settings?: string }): Promise<Exit> {
  const { data } = await loadSettings(given.settings)
  using reader = QueueReader.open(data)
  const { login: _, ...frozen } = parseFrozen(chooseCampaign(reader, data, name).frozen)
  process.stdout.write(`${json(frozen)}\n`)
  return exits.fine
}
