import type { RunOptions } from './run.ts'
import { suppressionWords } from './suppression.ts'

/** Messages that are asked for at a time. */
const page = 1_000

/** Ends what waits for addresses that get no more mail, before anything is sent: reports and pace need not wait for its turn. */
export async function endSuppressed({ jobs, store, clock, signal, suppressed, anySuppressed }: RunOptions): Promise<void> {
  if (!suppressed || anySuppressed?.() === false) return
  for (const { campaign } of jobs) {
    let after = 0
    while (!signal.aborted) {
      const items = await store.addressees(campaign, page, after)
      const withheld = items.flatMap((item) => {
        const reason = suppressed(item, items)
        return reason === undefined ? [] : [{ id: item.id, reason: suppressionWords[reason] }]
      })
      if (withheld.length > 0) await store.endSuppressed(withheld, clock.now())
      const last = items.at(-1)
      if (!last || items.length < page) break
      after = last.id
    }
  }
}
