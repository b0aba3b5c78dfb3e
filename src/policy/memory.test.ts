import { describe, expect, it } from 'vitest'
import { createHostMemory, recallHost, remember } from './memory.ts'
import type { HostRecord, SeenTls } from './memory.ts'
import type { Verdict } from './verdict.ts'

const hour = 3_600_000
const day = 24 * hour
const start = Date.parse('2026-03-01T00:00:00Z')
const rule = { confirmMs: 3 * day, tries: 3, spacingMs: hour }

const seen = (verdict: Verdict): SeenTls => ({ judgement: { verdict, cause: 'c', words: 'w' }, key: 'aa' })

/** What is remembered after verdicts at hours. */
function after(...steps: readonly (readonly [hours: number, verdict: Verdict])[]): HostRecord | undefined {
  return steps.reduce<HostRecord | undefined>(
    (known, [hours, verdict]) => remember(known, 'mx.x.test', seen(verdict), start + hours * hour, rule),
    undefined,
  )
}

const recall = (known: HostRecord | undefined, hours: number) => recallHost(known, start + hours * hour, rule)

describe('case 75: what a host offered before', () => {
  it('is nothing where it was never seen', () => {
    expect(recall(after([0, 'plaintext']), 1)).toEqual({ kind: 'none' })
    expect(recall(undefined, 1)).toEqual({ kind: 'none' })
  })

  it('is remembered with its date and key', () => {
    expect(after([0, 'valid'])).toMatchObject({ offeredAt: start, key: 'aa', tries: 0 })
    expect(recall(after([0, 'unauthenticated']), 1)).toEqual({
      kind: 'offered',
      words: 'the host offered STARTTLS on 2026-03-01',
    })
  })

  it('missing once, it is a suspected downgrade, told with its history', () => {
    expect(recall(after([0, 'valid'], [30, 'plaintext']), 31)).toEqual({
      kind: 'suspected',
      words:
        'downgrade suspected: the host offered STARTTLS until 2026-03-01, and was found without it once since 2026-03-02 06:00 UTC',
    })
  })

  it('is believed to be given up after so many tries over so long a time, and neither alone is enough', () => {
    const often = after([0, 'valid'], [1, 'plaintext'], [3, 'plaintext'], [5, 'plaintext'], [7, 'plaintext'])
    expect(recall(often, 8).kind).toBe('suspected')
    expect(recall(often, 1 + 72)).toEqual({ kind: 'none' })
    expect(recall(after([0, 'valid'], [1, 'plaintext']), 1000).kind).toBe('suspected')
  })

  it('tries close upon each other count as one', () => {
    const quick = after([0, 'valid'], ...Array.from({ length: 50 }, (_, index) => [10 + index / 100, 'plaintext'] as const))
    expect(quick?.tries).toBe(1)
  })

  it('is as before when the offer comes back', () => {
    expect(recall(after([0, 'valid'], [1, 'plaintext'], [2, 'valid']), 3).kind).toBe('offered')
  })

  it('is not changed by what says nothing of TLS', () => {
    const known = after([0, 'valid'])
    for (const verdict of ['unreachable', 'refused', 'temporary', 'not-tested', 'broken', 'no-mail'] as const)
      expect(remember(known, 'mx.x.test', seen(verdict), start + day, rule)).toBe(known)
  })

  it('is let go where a person says so', () => {
    const known = after([0, 'valid'], [1, 'plaintext'])
    expect(known && recall({ ...known, releasedAt: start }, 2)).toEqual({ kind: 'none' })
  })
})

it('remembers in memory', async () => {
  let now = start
  const memory = createHostMemory(() => now, rule)
  await memory.note('mx.x.test', seen('authenticated'))
  expect((await memory.recall('mx.x.test')).kind).toBe('offered')
  now += day
  await memory.note('mx.x.test', seen('plaintext'))
  expect((await memory.recall('mx.x.test')).kind).toBe('suspected')
  expect((await memory.recall('other.test')).kind).toBe('none')
})
