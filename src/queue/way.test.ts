import { expect, it } from 'vitest'
import { Ways } from './way.ts'

it('tries DATA and BDAT in turn until both were seen, then keeps to the quicker one', () => {
  const ways = new Ways()
  expect([ways.choose('mx.test'), ways.choose('mx.test'), ways.choose('mx.test')]).toEqual([false, true, false])
  ways.note('mx.test', false, 100, 100)
  expect(ways.choose('mx.test')).toBe(true)
  ways.note('mx.test', true, 100, 50)
  expect([ways.choose('mx.test'), ways.choose('mx.test')]).toEqual([true, true])
  ways.note('mx.test', true, 100, 1_000)
  expect([ways.choose('mx.test'), ways.choose('mx.test')]).toEqual([false, false])
  expect(ways.choose('other.test')).toBe(false)
})

it('learns nothing from a handful of messages', () => {
  const ways = new Ways()
  ways.note('mx.test', false, 19, 1)
  ways.note('mx.test', true, 19, 100)
  expect([ways.choose('mx.test'), ways.choose('mx.test')]).toEqual([false, true])
})
