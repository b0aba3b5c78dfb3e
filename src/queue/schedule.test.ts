import fc from 'fast-check'
import { expect, it } from 'vitest'
import { failureClasses } from './classify/index.ts'
import { nextTries, nextTry } from './schedule.ts'

const minute = 60_000
const hour = 3_600_000
const now = 1_800_000_000_000
const schedule = { retryMs: [10 * minute, 30 * minute, hour], giveUpMs: 5 * 24 * hour }

const none = { class: undefined, retryAfterMs: undefined }

function wait(tried: Parameters<typeof nextTry>[0], said: Partial<Parameters<typeof nextTry>[1]> = {}, random = 0): number {
  return nextTry(tried, { ...none, ...said }, schedule, now, () => random) - now
}

it('RFC 5321 4.5.4.1: waits longer each time, and a little more by chance', () => {
  expect([1, 2, 3, 4, 99].map((attempt) => wait({ attempt }))).toEqual([10, 30, 60, 60, 60].map((m) => m * minute))
  expect(wait({ attempt: 1 }, {}, 0.5)).toBe(10.5 * minute)
  expect(nextTries(schedule, now, () => 0)).toEqual(schedule.retryMs.map((ms) => now + ms))
})

it('full mailboxes, lists and limits are given hours; a rate is spread', () => {
  expect([1, 2, 3, 9].map((attempt) => wait({ attempt }, { class: 'quota' }))).toEqual([4, 8, 12, 12].map((h) => h * hour))
  expect(wait({ attempt: 1 }, { class: 'spam' })).toBe(4 * hour)
  expect(wait({ attempt: 1 }, { class: 'rate' })).toBe(30 * minute)
  expect(wait({ attempt: 1 }, { class: 'rate' }, 0.999)).toBeGreaterThan(59 * minute)
})

it('the server says when to come again', () => {
  expect(wait({ attempt: 3 }, { class: 'server', retryAfterMs: 5 * minute })).toBe(5 * minute)
  expect(wait({ attempt: 3 }, { class: 'greylisted', retryAfterMs: 5 * minute })).toBe(5 * minute + 15_000)
})

it('greylisted by a stranger: five minutes, then twice as long, up to the usual wait', () => {
  const waits = [1, 2, 3, 4, 5, 60].map((attempt) => wait({ attempt }, { class: 'greylisted' }) / minute)
  expect(waits).toEqual([5, 10, 20, 40, 60, 60])
})

it('greylisted by a host that is known: when it is likely to take the message', () => {
  const learnt = { attempt: 2, firstTriedAt: now - 5 * minute, learntMs: 25 * minute }
  expect(wait(learnt, { class: 'greylisted' })).toBe(20 * minute + 15_000)
  // The time that was learnt is over, and it is still put off.
  expect(wait({ ...learnt, firstTriedAt: now - hour }, { class: 'greylisted' })).toBe(10 * minute)
  expect(wait({ attempt: 1, learntMs: minute }, { class: 'greylisted' })).toBe(minute + 15_000)
})

it('a last try is made before it is given up', () => {
  expect(wait({ attempt: 1, giveUpAt: now + hour }, { class: 'quota' })).toBe(hour)
  expect(wait({ attempt: 1, giveUpAt: now - hour }, { class: 'quota' })).toBe(4 * hour)
})

it('is always later than now', () => {
  const hint = fc.option(fc.integer({ min: minute, max: 6 * hour }), { nil: undefined })
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000 }),
      fc.constantFrom(...failureClasses, undefined),
      hint,
      hint,
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (attempt, name, retryAfterMs, learntMs, random) => {
        const tried = { attempt, learntMs, firstTriedAt: now - minute }
        const at = nextTry(tried, { class: name, retryAfterMs }, schedule, now, () => random)
        expect(at).toBeGreaterThanOrEqual(now + 15_000)
        expect(at).toBeLessThanOrEqual(now + 24 * hour)
      },
    ),
  )
})
