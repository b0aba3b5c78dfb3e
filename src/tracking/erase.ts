import type { Keys } from '../keys.ts'
import type { TrackingLedger } from './ledger.ts'
import { personOf, tagOf } from './token.ts'
import { hashWho } from './who.ts'

/** A message whose recipient is to be forgotten. */
export interface ErasedMessage {
  readonly addressKey: string
  readonly campaign: string
  /** Of the frozen campaign. */
  readonly digest: string
}

/**
 * Forgets what is kept of the recipients of these messages. That is a hash for each link that they followed; how often links
 * were followed in all names nobody and stays.
 *
 * @returns how many hashes there were
 */
export function eraseTracking(messages: readonly ErasedMessage[], ledger: TrackingLedger, keys: Keys): number {
  let erased = 0
  for (const [tag, of] of Map.groupBy(messages, ({ campaign, digest }) => tagOf(campaign, digest))) {
    const links = ledger.links(tag)
    const marks = of.flatMap(({ addressKey }) =>
      // Whichever key signed it: keys that are gone have made their hashes meaningless already.
      [...keys.all].flatMap(([key, secret]) => {
        const person = personOf(tag, addressKey, secret)
        return links.flatMap(({ kind, link }) => {
          const who = hashWho({ tag, person }, kind, link, key, keys)
          return who ? [{ kind, link, who }] : []
        })
      }),
    )
    erased += ledger.forget(tag, marks)
  }
  return erased
}
