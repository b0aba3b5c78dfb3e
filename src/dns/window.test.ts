import { describe, expect, it } from 'vitest'
import { Window } from './window.ts'

/** Enters so many, and tells how many may start. */
function fill(most: number, count: number): { window: Window<number>; started: () => number; order: readonly number[] } {
  const order: number[] = []
  const window = new Window<number>(most, (item) => order.push(item))
  for (let index = 0; index < count; index++) window.enter(index)
  return { window, started: () => order.length, order }
}

function settle(window: Window<number>, count: number, tookMs: number, lost = false): void {
  for (let index = 0; index < count; index++) window.settle(tookMs, lost)
}

describe('how many questions are under way at once', () => {
  it('begins small; each that is settled lets one go that waits, in order', () => {
    const { window, order } = fill(2_000, 300)
    expect(order).toHaveLength(128)
    settle(window, 10, 1)
    expect(order).toEqual(Array.from({ length: 138 }, (_, index) => index))
    settle(window, 290, 1)
    expect(order).toHaveLength(300)
  })

  it('stays small where answers come at once', () => {
    const { window, started } = fill(2_000, 10_000)
    settle(window, 5_000, 1)
    expect(started()).toBe(5_128)
  })

  it('grows by one with each slow answer, up to the bound', () => {
    const { window, started } = fill(1_000, 10_000)
    settle(window, 100, 50)
    expect(started()).toBe(100 + 228)
    settle(window, 2_000, 50)
    expect(started()).toBe(2_100 + 1_000)
  })

  it('is halved where many are lost, but not below what it began with', () => {
    const { window, started } = fill(1_000, 100_000)
    settle(window, 2_000, 50)
    expect(started()).toBe(3_000)
    settle(window, 1_000, 5_000, true)
    settle(window, 2_000, 1)
    expect(started() - 5_000).toBeLessThanOrEqual(600)
    settle(window, 10_000, 5_000, true)
    settle(window, 2_000, 1)
    expect(started() - 17_000).toBe(128)
  })

  it('is not where a few are, which are dead names', () => {
    const { window, started } = fill(1_000, 100_000)
    settle(window, 2_000, 50)
    for (let round = 0; round < 100; round++) {
      settle(window, 95, 50)
      settle(window, 5, 5_000, true)
    }
    expect(started()).toBe(2_000 + 10_000 + 1_000)
  })

  it('100,000 that settle as soon as they start do not pile up', () => {
    let settled = 0
    const window = new Window<number>(1, (item) => {
      if (item === 0) return
      settled++
      window.settle(0, false)
    })
    for (let index = 0; index <= 100_000; index++) window.enter(index)
    window.settle(0, false)
    expect(settled).toBe(100_000)
  })

  it('a bound below what it begins with is kept to', () => {
    expect(fill(5, 100).started()).toBe(5)
  })
})
