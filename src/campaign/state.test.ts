import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CampaignFacts, campaignStates, decideState } from './state.ts'

const none = { sent: 0, held: 0, deferred: 0, failed: 0, dropped: 0, waiting: 0 }

/** Counts, then `c` checked, `a` ahead, `p` paused, `x` cancelled. */
const table: readonly (readonly [Partial<typeof none> | undefined, string, string])[] = [
  [undefined, '', 'draft'],
  [undefined, 'c', 'checked'],
  [undefined, 'p', 'draft'],
  [undefined, 'cx', 'checked'],
  [{ waiting: 9 }, '', 'sending'],
  [{ waiting: 9 }, 'c', 'sending'],
  [{ waiting: 9 }, 'a', 'scheduled'],
  [{ waiting: 9, dropped: 1 }, 'a', 'scheduled'],
  [{ waiting: 9, sent: 1 }, 'a', 'sending'],
  [{ waiting: 9, failed: 1 }, 'a', 'sending'],
  [{ deferred: 9 }, 'a', 'sending'],
  [{ held: 9 }, 'a', 'sending'],
  [{ waiting: 9 }, 'p', 'paused'],
  [{ waiting: 9 }, 'ap', 'paused'],
  [{ held: 1, sent: 5 }, 'p', 'paused'],
  [{ waiting: 9 }, 'x', 'cancelled'],
  [{ waiting: 9 }, 'apx', 'cancelled'],
  [{ deferred: 1, sent: 3 }, 'x', 'cancelled'],
  [{ dropped: 9, sent: 3 }, 'x', 'cancelled'],
  [{ dropped: 9 }, 'px', 'cancelled'],
  [{ dropped: 9 }, '', 'done'],
  [{ sent: 9 }, '', 'done'],
  [{ sent: 9 }, 'p', 'done'],
  [{ sent: 9 }, 'x', 'done'],
  [{ sent: 9, failed: 2 }, 'a', 'done'],
  [{ failed: 9 }, '', 'done'],
  [{ held: 2, sent: 9 }, '', 'sending'],
  [{ deferred: 2, sent: 9 }, '', 'sending'],
  [{}, '', 'done'],
]

test.each(table)('%j %s: %s', (counts, flags, state) => {
  const facts: CampaignFacts = {
    counts: counts && { ...none, ...counts },
    checked: flags.includes('c'),
    ahead: flags.includes('a'),
    paused: flags.includes('p'),
    cancelled: flags.includes('x'),
  }
  expect(decideState(facts)).toBe(state)
})

test('the table has every state', () => {
  expect(new Set(table.map(([, , state]) => state))).toEqual(new Set(campaignStates))
})

test('what is left to send is never called done, and nothing without a message left is sending', () => {
  const count = fc.nat({ max: 3 })
  const counts = fc.record({ sent: count, held: count, deferred: count, failed: count, dropped: count, waiting: count })
  const flag = fc.boolean()
  fc.assert(
    fc.property(fc.record({ counts, checked: flag, ahead: flag, paused: flag, cancelled: flag }), (facts) => {
      const left = facts.counts.held + facts.counts.deferred + facts.counts.waiting
      const state = decideState(facts)
      expect(state === 'done' && left > 0).toBe(false)
      expect(['sending', 'paused', 'scheduled'].includes(state)).toBe(left > 0 && !facts.cancelled)
    }),
  )
})
