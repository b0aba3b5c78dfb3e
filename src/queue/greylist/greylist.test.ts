import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type GreylistRecord, createGreylistMemory, learnGreylist, likelyDelay } from './index.ts'

const minute = 60_000
const start = 1_800_000_000_000

/** What is known after these attempts: minutes after the first attempt, and what came of it. */
function learn(
  ...attempts: readonly (readonly [minutes: number, result: 'greylisted' | 'accepted'])[]
): GreylistRecord | undefined {
  return attempts.reduce<GreylistRecord | undefined>(
    (known, [minutes, result]) => learnGreylist(known, 'mx.test', { firstTriedAt: start, at: start + minutes * minute, result }),
    undefined,
  )
}

describe('what attempts teach', () => {
  it('a first refusal says that the host greylists, and nothing of how long', () => {
    expect(learn([0, 'greylisted'])).toEqual({ host: 'mx.test', lowerMs: 0, upperMs: undefined, seenAt: start })
    expect(likelyDelay(learn([0, 'greylisted']))).toBeUndefined()
    expect(likelyDelay(undefined)).toBeUndefined()
  })

  it('a host that is not known to greylist teaches nothing by taking a message', () => {
    expect(learn([0, 'accepted'], [30, 'accepted'])).toBeUndefined()
  })

  it('narrows the delay from both sides, and guesses what servers are set up to', () => {
    const known = learn([0, 'greylisted'], [6, 'greylisted'], [35, 'accepted'])
    expect(known).toMatchObject({ lowerMs: 6 * minute, upperMs: 35 * minute })
    expect(likelyDelay(known)).toBe(10 * minute)
    expect(likelyDelay(learn([0, 'greylisted'], [26, 'greylisted'], [35, 'accepted']))).toBe(30 * minute)
    expect(likelyDelay(learn([0, 'greylisted'], [36, 'greylisted'], [45, 'accepted']))).toBe(45 * minute)
    expect(likelyDelay(learn([0, 'greylisted'], [400, 'greylisted']))).toBe(800 * minute)
  })

  it('the newer of two that contradict each other stays', () => {
    expect(learn([0, 'greylisted'], [10, 'greylisted'], [5, 'accepted'])).toMatchObject({ lowerMs: 0, upperMs: 5 * minute })
    expect(learn([0, 'greylisted'], [5, 'accepted'], [10, 'greylisted'])).toMatchObject({
      lowerMs: 10 * minute,
      upperMs: undefined,
    })
  })

  it('a clock that was set, and what took days, teach nothing', () => {
    const known = learn([0, 'greylisted'])
    const seen = (at: number) => learnGreylist(known, 'mx.test', { firstTriedAt: start, at, result: 'greylisted' })
    expect(seen(start - 1)).toBe(known)
    expect(seen(start + 2 * 86_400_000)).toBe(known)
    expect(seen(Number.NaN)).toBe(known)
  })

  it('finds the delay of any server within a few messages', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 360 }), (delay) => {
        let known: GreylistRecord | undefined
        let attempts = 0
        for (let message = 0; message < 20; message += 1) {
          attempts = 0
          for (let at = 0; ; at = Math.max(at + 1, (likelyDelay(known) ?? 5 * minute) / minute, at * 2)) {
            attempts += 1
            const result = at >= delay ? 'accepted' : 'greylisted'
            known = learnGreylist(known, 'mx.test', { firstTriedAt: start, at: start + at * minute, result })
            if (result === 'accepted') break
          }
        }
        // The first attempt, which is put off, and the second, which is taken.
        expect(attempts).toBe(2)
        expect(likelyDelay(known)).toBeGreaterThanOrEqual(delay * minute)
      }),
    )
  })
})

it('in memory, the host not seen for longest is forgotten first', async () => {
  const memory = createGreylistMemory(2)
  const seen = { firstTriedAt: start, at: start, result: 'greylisted' } as const
  for (const host of ['a.test', 'b.test', 'a.test', 'c.test']) await memory.note(host, seen)
  expect(await memory.find('a.test')).toBeDefined()
  expect(await memory.find('b.test')).toBeUndefined()
  expect(await memory.find('c.test')).toBeDefined()
})
