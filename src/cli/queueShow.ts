import { json } from '../escape.ts'
import { SealpostError } from '../errors.ts'
import { loadSettings } from '../settings/index.ts'
import { QueueReader } from '../store/index.ts'
import { explainMessage } from './explainMessage.ts'
import { type Exit, exits } from './exit.ts'
import { requireNotErased } from './notErased.ts'
import { requireAddressKey } from './queueFilter.ts'
import { publishLine } from './queueList.ts'

export interface ShowArguments {
  readonly settings?: string
  readonly campaign?: string
  readonly json?: boolean
}

/** Explains what becomes of one message, or of all to one address. */
export async function runQueueShow(which: string, given: ShowArguments): Promise<Exit> {
  const settings = await loadSettings(given.settings)
  using reader = QueueReader.open(settings.data)
  const asked = /^\d{1,15}$/.test(which) ? { id: Number(which) } : { addressKey: requireAddressKey(which) }
  const lines = reader.find(asked).filter(({ campaign }) => given.campaign === undefined || campaign === given.campaign)
  if (lines.length === 0 && 'addressKey' in asked) requireNotErased(settings.data, asked.addressKey)
  if (lines.length === 0)
    throw new SealpostError('SP_USAGE', {
      where: settings.data,
      what: 'There is no such message in the queue',
      next: 'sealpost queue list shows what there is; name an address, or the id of a message.',
    })
  if (given.json) process.stdout.write(`${json(lines.map(publishLine))}\n`)
  else
    process.stdout.write(
      lines.map((line) => `${explainMessage(line, reader.campaign(line.campaign), settings).join('\n')}\n`).join('\n'),
    )
  return exits.fine
}
