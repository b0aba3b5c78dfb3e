import { printMoment } from '../campaign/index.ts'
import { visible } from '../escape.ts'
import type { Order, OrderResult } from '../queue/index.ts'
import { printCount } from '../report/index.ts'

/** What was done, said of so many messages. */
const done = {
  release: 'released',
  retry: 'due now',
  fail: 'given up',
  drop: 'taken out of the queue',
} as const

/** What became of an order, in a line for people. */
export function describeOrder(order: Order, result: OrderResult): string {
  if (result.kind === 'refused') return `The order to ${order.kind} was not carried out: ${visible(result.why)}.`
  switch (order.kind) {
    case 'pause':
      return `Campaign ${visible(order.campaign, 100)} is paused: nothing new of it is begun.`
    case 'resume':
      return `Campaign ${visible(order.campaign, 100)} goes on.`
    case 'cancel':
      return `Campaign ${visible(order.campaign, 100)} is cancelled (by order of ${visible(order.by, 100)}): ${printCount(result.count, 'message')} ${result.count === 1 ? 'is' : 'are'} not sent.`
    case 'erase':
      return `${printCount(order.addressKeys.length, 'person', 'people')} ${order.addressKeys.length === 1 ? 'is' : 'are'} erased from the queue: ${printCount(result.count, 'message')} (by order of ${visible(order.by, 100)}).`
    case 'schedule': {
      const when = order.startsAt === 0 ? 'is due now' : `is due at ${printMoment({ at: order.startsAt, zone: order.zone })}`
      return `Campaign ${visible(order.campaign, 100)} was taken in, and ${when}: ${printCount(result.count, 'message')}.`
    }
    default: {
      const level = order.kind === 'release' ? ` to level ${order.level}` : ''
      return `${printCount(result.count, 'message')} ${result.count === 1 ? 'is' : 'are'} ${done[order.kind]}${level} (by order of ${visible(order.by, 100)}).`
    }
  }
}
