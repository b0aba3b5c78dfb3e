import { SealpostError } from '../errors.ts'
import { SqliteSuppressionList } from '../store/index.ts'

/**
 * For who asks about an address of which nothing is there: that is so because the person was erased.
 *
 * @throws SealpostError SP_USAGE where that is so
 */
export function requireNotErased(folder: string, addressKey: string): void {
  if (!SqliteSuppressionList.exists(folder)) return
  using suppressions = SqliteSuppressionList.open(folder)
  if (!suppressions.findErased([addressKey]).has(addressKey)) return
  throw new SealpostError('SP_USAGE', {
    what: 'Whoever has this address was erased: what was kept of them is gone, and so are the keys that opened what the evidence has',
    next: 'Nothing can be shown or proved of messages to them any more. The evidence says when somebody was erased.',
  })
}
