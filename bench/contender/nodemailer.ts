import { message, recipient, sender } from '../message.ts'
import type { Contender, PoolPlan } from './plan.ts'
import { createPoolTransport } from './transport.ts'

/** nodemailer's pool and a ready-made message. */
export function createPool(plan: PoolPlan): Contender {
  return {
    prepare: async () => undefined,
    async run() {
      const transport = createPoolTransport(plan)
      await Promise.all(
        Array.from({ length: plan.count }, async (_, index) =>
          transport.sendMail({ envelope: { from: sender, to: recipient(index, 100).address }, raw: message }),
        ),
      )
      transport.close()
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
}
