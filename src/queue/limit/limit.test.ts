import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { VirtualClock } from '../../../test/support/clock.ts'
import type { Clock } from '../../clock.ts'
import { type DeliveryRule, Limit, type UsageStore } from './index.ts'

const hourMs = 3_600_000
const dayMs = 86_400_000

const usual: DeliveryRule = {
  connections: 10,
  messagesPerConnection: 100,
  recipientsPerTransaction: 100,
  messagesPerHour: undefined,
  warmUp: [],
}

/** A clock that goes on when it is told to. */
class HandClock implements Clock {
  at = Date.UTC(2026, 10, 25, 21, 30)
  now(): number {
    return this.at
  }
  async sleep(): Promise<void> {
    throw new Error('nobody sleeps here')
  }
  timer(): () => void {
    throw new Error('nobody waits here')
  }
}

/** A disk: what is added is there for whoever opens it next. */
class Disk implements UsageStore {
  readonly hours = new Map<string, Map<number, number>>()
  broken = false

  async addUsage(scope: string, hour: number, messages: number): Promise<void> {
    if (this.broken) throw new Error('disk full')
    const hours = this.hours.get(scope) ?? new Map<number, number>()
    this.hours.set(scope, hours.set(hour, (hours.get(hour) ?? 0) + messages))
  }

  async usage(scope: string, sinceHour: number) {
    const hours = [...(this.hours.get(scope) ?? [])]
    return {
      firstHour: hours.length === 0 ? undefined : Math.min(...hours.map(([hour]) => hour)),
      hours: hours.filter(([hour]) => hour >= sinceHour).map(([hour, messages]) => ({ hour, messages })),
    }
  }
}

function limitOf(change: Partial<DeliveryRule>, clock: Clock, usage: UsageStore = new Disk(), random = 0.5): Limit {
  return new Limit('provider example', { ...usual, ...change }, { clock, random: () => random, usage })
}

/** Opens as many connections as it may. */
function connectAll(limit: Limit): number {
  let count = 0
  while (limit.tryConnect()) count += 1
  return count
}

describe('connections', () => {
  test('start at three, and grow by one for each message taken, up to the most', () => {
    const limit = limitOf({ connections: 6 }, new HandClock())
    expect(connectAll(limit)).toBe(3)
    limit.note('accepted')
    expect(connectAll(limit)).toBe(1)
    for (let taken = 0; taken < 100; taken++) limit.note('accepted')
    expect(connectAll(limit)).toBe(2)
    expect(limit.connections).toBe(6)
  })

  test('no more than allowed are open at the start either', () => {
    expect(connectAll(limitOf({ connections: 2 }, new HandClock()))).toBe(2)
  })

  test('are halved by a 421, once for all that were open together, and then creep', () => {
    const limit = limitOf({ connections: 8 }, new HandClock())
    for (let taken = 0; taken < 10; taken++) limit.note('accepted')
    expect(connectAll(limit)).toBe(8)
    for (let told = 0; told < 8; told++) {
      limit.note(told % 2 === 0 ? 'put-off' : 'closed')
      limit.disconnect()
    }
    expect(connectAll(limit)).toBe(4)
    for (let taken = 0; taken < 4; taken++) limit.note('accepted')
    expect(connectAll(limit)).toBe(0)
    limit.note('accepted')
    expect(connectAll(limit)).toBe(1)
  })

  test('a destination that refuses is left alone for longer each time, and then tried with one', () => {
    const clock = new HandClock()
    const limit = limitOf({}, clock)
    const pauses: number[] = []
    for (let round = 0; round < 9; round++) {
      const opened = connectAll(limit)
      expect(opened).toBe(round === 0 ? 3 : 1)
      for (let refused = 0; refused < opened; refused++) {
        limit.note('refused-connection')
        limit.disconnect()
      }
      expect(limit.tryConnect()).toBe(false)
      const until = limit.nextAt ?? 0
      pauses.push((until - clock.at) / 1000)
      clock.at = until - 1
      expect(limit.tryConnect()).toBe(false)
      clock.at = until
    }
    expect(pauses).toEqual([30, 60, 120, 240, 480, 960, 1800, 1800, 1800])
    expect(limit.nextAt).toBeUndefined()
    expect(connectAll(limit)).toBe(1)
    limit.note('accepted')
    limit.note('refused-connection')
    expect(limit.tryConnect()).toBe(false)
    limit.disconnect()
    // A message was taken since: the next pause is a short one again.
    expect((limit.nextAt ?? 0) - clock.at).toBe(30_000)
  })

  test('a pause is spread by chance, and never longer than half an hour', () => {
    for (const [random, seconds] of [
      [0, 22.5],
      [0.999_999, 37.5],
    ] as const) {
      const clock = new HandClock()
      const limit = limitOf({}, clock, new Disk(), random)
      for (let round = 0; round < 12; round++) {
        limit.note('refused-connection')
        const pause = (limit.nextAt ?? 0) - clock.at
        if (round === 0) expect(pause / 1000).toBeCloseTo(seconds, 2)
        expect(pause).toBeLessThanOrEqual(1_800_000)
        clock.at += pause
      }
    }
  })

  test('one connection after another put off and nothing taken is a refusal too', () => {
    const clock = new HandClock()
    const limit = limitOf({ connections: 1 }, clock)
    for (let tries = 0; tries < 2; tries++) {
      limit.note('put-off')
      limit.disconnect()
    }
    expect(limit.tryConnect()).toBe(false)
    expect(limit.nextAt).toBe(clock.at + 30_000)
  })

  test('what is connected goes on while no more are opened', () => {
    const limit = limitOf({}, new HandClock())
    expect(connectAll(limit)).toBe(3)
    limit.note('accepted')
    limit.note('refused-connection')
    limit.disconnect()
    expect(limit.tryConnect()).toBe(false)
    expect(limit.take(5)).toBe(5)
    expect(limit.nextAt).toBeUndefined()
  })

  test('any course of events leaves at least one and at most what is allowed', () => {
    const event = fc.constantFrom('accepted', 'put-off', 'closed', 'refused-connection')
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.array(event, { maxLength: 300 }), (connections, events) => {
        const clock = new HandClock()
        const limit = limitOf({ connections }, clock)
        for (const each of events) {
          limit.note(each)
          expect(limit.nextAt ?? 0).toBeLessThanOrEqual(clock.at + 1_800_000)
        }
        clock.at += 1_800_000
        const opened = connectAll(limit)
        expect(opened).toBeGreaterThanOrEqual(1)
        expect(opened).toBeLessThanOrEqual(connections)
      }),
    )
  })
})

describe('waiting', () => {
  test('ends when a connection is let go', async () => {
    const limit = limitOf({ connections: 1 }, new VirtualClock())
    expect(limit.tryConnect()).toBe(true)
    const changed = limit.changed(new AbortController().signal)
    limit.disconnect()
    await changed
    expect(limit.tryConnect()).toBe(true)
  })

  test('ends when a pause is over', async () => {
    const clock = new VirtualClock()
    const limit = limitOf({}, clock)
    limit.note('refused-connection')
    expect(limit.tryConnect()).toBe(false)
    await limit.changed(new AbortController().signal)
    expect(clock.elapsed).toBe(30_000)
    expect(limit.tryConnect()).toBe(true)
  })

  test('ends when messages are allowed again', async () => {
    const clock = new VirtualClock()
    const limit = limitOf({ messagesPerHour: 60 }, clock)
    await limit.open()
    expect(limit.take(5)).toBe(1)
    await limit.changed(new AbortController().signal)
    expect(clock.elapsed).toBe(60_000)
    expect(limit.take(5)).toBe(1)
  })

  test('ends when it is called off', async () => {
    const limit = limitOf({}, new VirtualClock())
    const controller = new AbortController()
    const changed = limit.changed(controller.signal)
    controller.abort(new Error('enough'))
    await expect(changed).rejects.toThrow('enough')
    await expect(limit.changed(controller.signal)).rejects.toThrow('enough')
  })
})

describe('messages', () => {
  test('are not limited where no rule says so, and nothing is written', async () => {
    const disk = new Disk()
    const limit = limitOf({}, new HandClock(), disk)
    expect(limit.take(100_000)).toBe(100_000)
    await limit.flush()
    expect(disk.hours.size).toBe(0)
  })

  test('are not given out before it is known what was sent earlier', async () => {
    const limit = limitOf({ messagesPerHour: 100 }, new HandClock())
    expect(limit.take(1)).toBe(0)
    await limit.open()
    expect(limit.take(1)).toBe(1)
  })

  test('are spread over the hour', async () => {
    const clock = new HandClock()
    const limit = limitOf({ messagesPerHour: 6_000 }, clock)
    await limit.open()
    const minutes: number[] = []
    for (let minute = 0; minute < 60; minute++) {
      minutes.push(limit.take(6_000))
      clock.at += 60_000
    }
    expect(Math.max(...minutes)).toBe(100)
    expect(Math.min(...minutes)).toBe(98)
  })

  test('of the last hour are not begun anew by a restart, and those of long ago do not count', async () => {
    const clock = new HandClock()
    const disk = new Disk()
    const start = async (): Promise<Limit> => {
      const limit = limitOf({ messagesPerHour: 600 }, clock, disk)
      await limit.open()
      return limit
    }
    const first = await start()
    expect(first.take(100)).toBe(10)
    await first.flush()
    clock.at += 1_000
    expect((await start()).take(100)).toBe(0)
    clock.at += 3 * hourMs
    expect((await start()).take(100)).toBe(10)
  })

  test('on a warm-up are as many each day as it says, and after it as many as anybody likes', async () => {
    const clock = new HandClock()
    const limit = limitOf({ warmUp: [50, 100] }, clock)
    await limit.open()
    expect(limit.take(80)).toBe(50)
    expect(limit.take(1)).toBe(0)
    expect(limit.nextAt).toBe(Date.UTC(2026, 10, 26))
    clock.at = limit.nextAt ?? 0
    expect(limit.take(80)).toBe(80)
    expect(limit.take(80)).toBe(20)
    clock.at += dayMs
    expect(limit.take(1_000_000)).toBe(1_000_000)
  })

  test('given back are there again, but not those of yesterday', async () => {
    const clock = new HandClock()
    const disk = new Disk()
    const limit = limitOf({ warmUp: [50, 50, 50] }, clock, disk)
    await limit.open()
    const takenAt = clock.at
    expect(limit.take(50)).toBe(50)
    limit.giveBack(20)
    expect(limit.take(50)).toBe(20)
    clock.at += dayMs
    expect(limit.take(50)).toBe(50)
    limit.giveBack(50, takenAt)
    expect(limit.take(1)).toBe(0)
    await limit.flush()
    expect([...(disk.hours.get('provider example')?.values() ?? [])]).toEqual([50])
  })

  test('that could not be written are written by the next call', async () => {
    const disk = new Disk()
    const limit = limitOf({ messagesPerHour: 600 }, new HandClock(), disk)
    await limit.open()
    limit.take(10)
    disk.broken = true
    await expect(limit.flush()).rejects.toThrow('disk full')
    disk.broken = false
    limit.take(0)
    await limit.flush()
    expect([...(disk.hours.get('provider example')?.values() ?? [])]).toEqual([10])
  })
})

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('take' as const), count: fc.integer({ min: 1, max: 200 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('give-back' as const), count: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 2 * hourMs }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: dayMs }) }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'wait-until-next' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'crash' as const }) },
)

test('no hour has more than it may, and no day of the warm-up, in whatever order, restarts and crashes included', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 700 })),
      fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 4 }),
      fc.array(step, { maxLength: 80 }),
      async (messagesPerHour, warmUp, steps) => {
        const clock = new HandClock()
        const disk = new Disk()
        const rule = { messagesPerHour, warmUp }
        const begun: { readonly at: number; count: number }[] = []
        let limit = limitOf(rule, clock, disk)
        await limit.open()
        for (const each of steps) {
          switch (each.kind) {
            case 'take': {
              const count = limit.take(each.count)
              await limit.flush()
              if (count > 0) begun.push({ at: clock.at, count })
              break
            }
            case 'give-back': {
              const last = begun.at(-1)
              const count = Math.min(each.count, last?.count ?? 0)
              if (!last || count === 0) break
              last.count -= count
              limit.giveBack(count, last.at)
              break
            }
            case 'wait':
              clock.at += each.ms
              break
            case 'wait-until-next':
              clock.at = Math.max(clock.at, limit.nextAt ?? 0)
              break
            case 'crash':
              // Taken, and lost before it was written: nothing of it was begun.
              limit.take(7)
              limit = limitOf(rule, clock, disk)
              await limit.open()
              break
            case 'restart':
              await limit.flush()
              limit = limitOf(rule, clock, disk)
              await limit.open()
              break
          }
        }
        const within = (from: number, length: number): number =>
          begun.filter(({ at }) => at >= from && at < from + length).reduce((sum, { count }) => sum + count, 0)
        for (const { at } of begun) expect(within(at, hourMs)).toBeLessThanOrEqual(messagesPerHour)
        const day = (ms: number): number => Math.floor(ms / dayMs)
        const first = begun[0]
        for (const [index, most] of warmUp.entries())
          if (first) expect(within((day(first.at) + index) * dayMs, dayMs)).toBeLessThanOrEqual(most)
      },
    ),
    { numRuns: 300 },
  )
})

test('whoever waits as long as it says gets something', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 3 }),
      async (messagesPerHour, warmUp) => {
        const clock = new HandClock()
        const limit = limitOf({ messagesPerHour, warmUp }, clock)
        await limit.open()
        for (let round = 0; round < 50; round++) {
          expect(limit.nextAt).toBeUndefined()
          while (limit.take(1_000_000) > 0) limit.note('accepted')
          const next = limit.nextAt ?? 0
          expect(next).toBeGreaterThan(clock.at)
          clock.at = next
        }
      },
    ),
  )
})

test('a connection that is let go is told to one of those who wait for it', async () => {
  const limit = new Limit('s', { ...usual, connections: 1 }, { clock: new HandClock(), random: () => 0.5, usage: new Disk() })
  limit.tryConnect()
  let told = 0
  for (let waiting = 0; waiting < 10; waiting++) {
    void limit.changed(new AbortController().signal).then(() => {
      told += 1
    })
  }
  for (let place = 1; place <= 10; place++) {
    limit.disconnect()
    for (let turns = 0; turns < 10; turns++) await Promise.resolve()
    expect(told).toBe(place)
    limit.tryConnect()
  }
})
