import { decodeXtext } from '../dsn/index.ts'
import { addressKey } from '../list/index.ts'
import { parseAddress } from '../smtp/index.ts'

/** Whether a report names this address of ours. Some pass on xtext as it came (RFC 3461 4.2), so both readings count. */
export function isSameMailbox(named: string | undefined, ours: string): boolean {
  if (named === undefined) return false
  const key = keyOf(ours)
  return key !== undefined && [named, decodeXtext(named) ?? ''].some((text) => keyOf(text) === key)
}

function keyOf(text: string): string | undefined {
  const address = parseAddress(text)
  return address.kind === 'address' ? addressKey(address) : undefined
}
