import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Clock } from '../../clock.ts'
import { CampaignLimit, type JobPace, type UsageStore } from './index.ts'

const minuteMs = 60_000
const start = Date.UTC(2026, 10, 25, 12)

/** A clock that goes on when it is told to. */
function handClock(): Clock & { at: number } {
  return {
    at: start,
    now() {
      return this.at
    },
    sleep: async () => undefined,
    timer: () => () => undefined,
  }
}

function disk(): UsageStore & { readonly counted: Map<string, number>; broken: boolean } {
  const counted = new Map<string, number>()
  return {
    counted,
    broken: false,
    async addUsage(scope, hour, messages) {
      if (this.broken) throw new Error('disk full')
      const key = `${scope} ${hour}`
      counted.set(key, (counted.get(key) ?? 0) + messages)
    },
    usage: async (scope, sinceHour) => {
      const hours = [...counted].flatMap(([key, messages]) => {
        const hour = Number(key.split(' ').at(-1))
        return key.startsWith(`${scope} `) && hour >= sinceHour ? [{ hour, messages }] : []
      })
      return { firstHour: hours[0]?.hour, hours }
    },
  }
}

const free: JobPace = { messagesPerHour: undefined, messagesPerMinute: undefined, opensAt: (now) => now }

async function open(pace: Partial<JobPace>, clock = handClock(), usage: UsageStore = disk(), errors: unknown[] = []) {
  const limit = new CampaignLimit('spring', { ...free, ...pace }, { clock, usage, random: () => 0 }, (error) => {
    errors.push(error)
  })
  await limit.open()
  return { limit, clock, errors }
}

function takeAll(limit: CampaignLimit, wanted: number): number {
  let taken = 0
  while (taken < wanted && limit.take()) taken += 1
  return taken
}

test.each([
  [{ messagesPerMinute: 60 }, minuteMs, 60],
  [{ messagesPerMinute: 1 }, minuteMs, 1],
  [{ messagesPerMinute: 1_000 }, minuteMs, 1_000],
  [{ messagesPerHour: 120 }, 60 * minuteMs, 120],
  [{ messagesPerHour: 600, messagesPerMinute: 5 }, minuteMs, 5],
])('%j: no stretch of so long has more, and little less', async (pace, stretchMs, most) => {
  const { limit, clock } = await open(pace)
  const times: number[] = []
  for (const step = stretchMs / 500; clock.at < start + 5 * stretchMs; clock.at += step) {
    for (let taken = takeAll(limit, 2_000); taken > 0; taken--) times.push(clock.at)
  }
  const mostInAny = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + stretchMs).length))
  expect(mostInAny).toBeLessThanOrEqual(most)
  expect(times.length).toBeGreaterThanOrEqual(4 * most)
})

test('it says when to ask again, and then there is something', async () => {
  const { limit, clock } = await open({ messagesPerMinute: 6 })
  expect(limit.rest).toBeUndefined()
  expect([takeAll(limit, 10), limit.available]).toEqual([1, 0])
  const { rest } = limit
  expect(rest).toEqual({ kind: 'pace', until: start + 10_000 })
  clock.at = rest?.until ?? 0
  expect([limit.available, limit.rest, takeAll(limit, 10)]).toEqual([1, undefined, 1])
})

test('what is not begun is given back', async () => {
  const { limit } = await open({ messagesPerMinute: 6 })
  expect(limit.take()).toBe(true)
  limit.giveBack()
  expect(takeAll(limit, 10)).toBe(1)
})

test('a restart gives nothing anew', async () => {
  const usage = disk()
  const clock = handClock()
  const { limit } = await open({ messagesPerHour: 600 }, clock, usage)
  expect(takeAll(limit, 100)).toBe(10)
  // Killed here: what was begun is counted without being asked for.
  await new Promise((resolve) => setImmediate(resolve))
  expect([...usage.counted.keys()]).toEqual([expect.stringContaining('campaign spring')])
  const again = await open({ messagesPerHour: 600 }, clock, usage)
  expect(takeAll(again.limit, 100)).toBe(0)
})

test('outside its window nothing is begun, whatever is left', async () => {
  const opensAt = (now: number): number => (now < start + 10 * minuteMs ? start + 10 * minuteMs : now)
  const { limit, clock } = await open({ messagesPerMinute: 60, opensAt })
  expect([limit.take(), limit.available, limit.rest]).toEqual([false, 0, { kind: 'window', until: start + 10 * minuteMs }])
  clock.at += 10 * minuteMs - 1
  expect(limit.take()).toBe(false)
  clock.at += 1
  expect([limit.rest, limit.take()]).toEqual([undefined, true])
})

test('a window is asked once a minute, and not for each message', async () => {
  let asked = 0
  const { limit, clock } = await open({ opensAt: (now) => (asked++, now) })
  for (let message = 0; message < 1_000; message++) limit.take()
  expect(asked).toBe(1)
  clock.at += minuteMs
  expect([limit.take(), asked]).toEqual([true, 2])
})

test('counts that cannot be written are told', async () => {
  const usage = disk()
  const { limit, errors } = await open({ messagesPerHour: 600 }, handClock(), usage)
  usage.broken = true
  limit.take()
  await new Promise((resolve) => setImmediate(resolve))
  expect(errors).toEqual([new Error('disk full')])
})

test('takes and returns in any order never give more than there is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 200 }), async (steps) => {
      const { limit } = await open({ messagesPerMinute: 300 })
      let begun = 0
      for (const take of steps) {
        if (take) begun += limit.take() ? 1 : 0
        else if (begun > 0) {
          limit.giveBack()
          begun -= 1
        }
        expect(begun).toBeLessThanOrEqual(5)
      }
    }),
  )
})
