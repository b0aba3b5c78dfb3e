import { rotateKeys } from '../rotateKeys.ts'
import { loadSettings } from '../settings/index.ts'
import { trackingKeys } from '../tracking/index.ts'
import { type Exit, exits } from './exit.ts'

export async function runTrackingRotate(given: { readonly settings?: string }): Promise<Exit> {
  const { data } = await loadSettings(given.settings)
  const number = await rotateKeys(data, trackingKeys)
  process.stdout.write(
    `Links that are counted are signed with key ${number} from now on. A server that runs takes it by itself. Older links lead on while their keys stand in keys/${trackingKeys}.key.\n`,
  )
  return exits.fine
}
