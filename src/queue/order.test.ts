import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Order, isStale, parseOrder } from './order.ts'

const common = { id: randomUUID(), at: 1_000, by: 'maria' }
const orders: Order[] = [
  { ...common, kind: 'release', filter: { campaign: 'spring', domain: 'x.test' }, level: 'opportunistic' },
  { ...common, kind: 'retry', filter: {} },
  { ...common, kind: 'fail', filter: { addressKey: 'a@x.test', state: 'held', class: 'tls' } },
  { ...common, kind: 'drop', filter: { campaign: 'spring' } },
  { ...common, kind: 'pause', campaign: 'spring' },
  { ...common, kind: 'resume', campaign: 'spring' },
  { ...common, kind: 'cancel', campaign: 'spring' },
  {
    ...common,
    kind: 'schedule',
    campaign: 'spring',
    digest: 'a'.repeat(64),
    file: '/tmp/campaign.yaml',
    startsAt: 5_000,
    zone: 'UTC',
  },
]

it.each(orders)('reads back what was written: $kind', (order) => {
  expect(parseOrder(JSON.stringify(order))).toEqual(order)
})

it.each([
  ['no JSON', '{'],
  ['no object', '[]'],
  ['another kind', JSON.stringify({ ...orders[1], kind: 'delete' })],
  ['a release to no level', JSON.stringify({ ...orders[1], kind: 'release' })],
  ['a release to a level there is not', JSON.stringify({ ...orders[0], level: 'none' })],
  ['a filter that is not known', JSON.stringify({ ...orders[1], filter: { where: '1=1' } })],
  ['a filter of another type', JSON.stringify({ ...orders[1], filter: { campaign: ['spring'] } })],
  ['a state that there is not', JSON.stringify({ ...orders[1], filter: { state: 'gone' } })],
  ['something more', JSON.stringify({ ...orders[1], more: 1 })],
  ['a time that is none', JSON.stringify({ ...orders[1], at: 1.5 })],
  ['a name without end', JSON.stringify({ ...orders[4], campaign: 'x'.repeat(2_000) })],
  ['a campaign of no digest', JSON.stringify({ ...orders[7], digest: 'x' })],
  ['a start that no calendar has', JSON.stringify({ ...orders[7], startsAt: 9e15 })],
  ['a start that is none', JSON.stringify({ ...orders[7], startsAt: 'now' })],
  ['no id', JSON.stringify({ ...orders[1], id: '../../etc' })],
])('takes for no order: %s', (_, text) => {
  expect(parseOrder(text)).toBeUndefined()
})

it('takes anything, and gives an order or nothing', () => {
  const near = fc.record({
    id: fc.constant(common.id),
    at: fc.anything(),
    by: fc.anything(),
    kind: fc.constantFrom('release', 'drop', 'pause', 'x'),
    filter: fc.anything(),
    campaign: fc.anything(),
  })
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        near.map((value) => JSON.stringify(value) ?? ''),
      ),
      (text) => {
        const order = parseOrder(text)
        if (order) expect(parseOrder(JSON.stringify(order))).toEqual(order)
      },
    ),
  )
})

it('is too old after a day, and too early by as much', () => {
  const day = 86_400_000
  const [order] = orders
  if (!order) throw new Error('there are orders')
  expect([0, day, day + 1, -day, -day - 1].map((later) => isStale(order, order.at + later))).toEqual([
    false,
    false,
    true,
    false,
    true,
  ])
})
