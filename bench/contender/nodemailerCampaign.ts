import { Liquid } from 'liquidjs'
import { recipient } from '../message.ts'
import { liquid, newsletterFrom, newsletterSubject, row, signing, writeHtmlPart, writeTextPart } from '../newsletter.ts'
import type { CampaignPoolPlan, Contender } from './plan.ts'
import { createPoolTransport } from './transport.ts'

/** Messages begun for each connection: one on its way and one that is being made. */
const ahead = 2

/** The same newsletter by liquidjs and nodemailer: templates parsed once, its composer, its signature, its pool. */
export function createCampaignPool(plan: CampaignPoolPlan): Contender {
  const { connections, count, privateKey } = plan
  const plain = new Liquid()
  const escaping = new Liquid({ outputEscape: 'escape' })
  const subject = plain.parse(newsletterSubject)
  const text = plain.parse(writeTextPart(liquid))
  const html = escaping.parse(writeHtmlPart(liquid))
  return {
    prepare: async () => undefined,
    async run() {
      const transport = createPoolTransport(plan, {
        dkim: { domainName: signing.domain, keySelector: signing.selector, privateKey },
      })
      let next = 0
      const sendSome = async (): Promise<void> => {
        for (let index = next++; index < count; index = next++) {
          const values = row(index)
          await transport.sendMail({
            from: newsletterFrom,
            to: recipient(index, 100).address,
            subject: String(plain.renderSync(subject, values)),
            text: String(plain.renderSync(text, values)),
            html: String(escaping.renderSync(html, values)),
            headers: { Precedence: 'bulk' },
          })
        }
      }
      await Promise.all(Array.from({ length: ahead * connections }, sendSome))
      transport.close()
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
}
