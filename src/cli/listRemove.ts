import { systemClock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import { json } from '../escape.ts'
import { addressKey, readAddress } from '../list/index.ts'
import { printCount } from '../report/index.ts'
import { loadSettings } from '../settings/index.ts'
import { SqliteLists } from '../store/index.ts'
import { confirmOnTerminal } from './confirm.ts'
import { type Exit, exits } from './exit.ts'

export interface ListRemoveArguments {
  readonly address?: string
  readonly yes?: boolean
  readonly json?: boolean
  readonly settings?: string
}

/** Deletes a list, or takes an address off one list or all. */
export async function runListRemove(name: string | undefined, given: ListRemoveArguments): Promise<Exit> {
  if (name === undefined && given.address === undefined)
    throw new SealpostError('SP_USAGE', {
      what: 'Neither a list nor an address is named',
      next: 'Name a list, or --address, or both.',
    })
  const settings = await loadSettings(given.settings)
  using lists = SqliteLists.open(settings.data)
  const list = name === undefined ? undefined : lists.get(name)
  if (given.address !== undefined) {
    const address = readAddress(given.address)
    if (address.kind === 'invalid')
      throw new SealpostError('SP_ADDRESS_INVALID', { what: `The address is malformed: ${address.why}`, next: address.next })
    const from = lists.removeAddress(addressKey(address), list, systemClock.now())
    tell(
      given,
      { address: address.text, lists: from },
      from.length === 0 ? 'It is on no such list.' : `Taken off ${from.join(', ')}.`,
    )
    return from.length === 0 ? exits.below : exits.fine
  }
  if (!list) throw new SealpostError('SP_LIST_UNKNOWN')
  const members = lists.count(list)
  if (!given.yes && !(await confirmOnTerminal(`Delete the list ${list.name} with ${printCount(members, 'member')}? [y/N] `))) {
    tell(given, { list: list.name, removed: 0 }, 'Nothing was deleted.')
    return exits.below
  }
  const removed = lists.remove(list)
  tell(given, { list: list.name, removed }, `Deleted ${list.name} with ${printCount(removed, 'member')}.`)
  return exits.fine
}

function tell(given: ListRemoveArguments, data: Readonly<Record<string, unknown>>, words: string): void {
  process.stdout.write(given.json ? `${json({ schema: 'sealpost/list-remove@1', ...data })}\n` : `${words}\n`)
}
