import { systemClock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import { json, visible } from '../escape.ts'
import { addressKey, readAddress } from '../list/index.ts'
import { loadSettings } from '../settings/index.ts'
import { SqliteSuppressionList } from '../store/index.ts'
import { type Exit, exits } from './exit.ts'

interface Given {
  readonly settings?: string
  readonly json?: boolean
}

/** Shows who is not to be counted; adds or takes off those who wrote instead of following their link. */
export async function runUncounted(given: Given & { readonly add?: string; readonly remove?: string }): Promise<Exit> {
  using suppressions = SqliteSuppressionList.open((await loadSettings(given.settings)).data)
  const { add, remove } = given
  if (add !== undefined) {
    const added = await suppressions.refuseCounting(readKey(add), 'sealpost suppression uncounted', systemClock.now())
    process.stdout.write(`${visible(add, 320)} ${added > 0 ? 'is counted no more.' : 'was not counted already.'}\n`)
  }
  if (remove !== undefined) {
    const removed = await suppressions.allowCounting(readKey(remove))
    process.stdout.write(`${visible(remove, 320)} ${removed > 0 ? 'may be counted again.' : 'was not there.'}\n`)
  }
  if (add !== undefined || remove !== undefined) return exits.fine
  const all = suppressions
    .uncounted()
    .map(({ addressKey, source, at }) => ({ address: addressKey, source, at: new Date(at).toISOString() }))
  if (given.json) process.stdout.write(`${json(all)}\n`)
  else if (all.length === 0) process.stdout.write('Nobody has taken back the consent to be counted.\n')
  else
    for (const { address, source, at } of all)
      process.stdout.write(`${visible(address)}  ${at.slice(0, 10)}, ${visible(source, 200)}\n`)
  return exits.fine
}

function readKey(text: string): string {
  const address = readAddress(text)
  if (address.kind === 'address') return addressKey(address)
  throw new SealpostError('SP_ADDRESS_INVALID', { where: visible(text, 100), what: `This is no address: ${address.why}` })
}
