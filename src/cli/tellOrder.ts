import type { Order } from '../queue/index.ts'
import type { Settings } from '../settings/index.ts'
import { describeOrder } from './describeOrder.ts'
import { type Exit, exits } from './exit.ts'
import { giveOrder } from './giveOrder.ts'

/** Gives an order, and tells the person who gave it what became of it. */
export async function tellOrder(order: Order, settings: Settings): Promise<Exit> {
  const result = await giveOrder(order, settings)
  if (!result) {
    process.stdout.write(
      'A sender has the queue in hand and has not come to it yet. The order is written down: it, or the next run within a day, carries it out.\n',
    )
    return exits.untested
  }
  process.stdout.write(`${describeOrder(order, result)}\n`)
  return result.kind === 'done' ? exits.fine : exits.below
}
