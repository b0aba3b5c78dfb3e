/**
 * One contender: `node contend.ts PLAN`. A line on stdin is an order, `prepare` or `run`; each is answered by what it cost, as
 * JSON.
 */
import { createInterface } from 'node:readline'
import { preciseNow } from '../test/support/sink/index.ts'
import { createCampaign } from './contender/campaign.ts'
import { createFloor } from './contender/floor.ts'
import { createMinimal } from './contender/minimal.ts'
import { createPool } from './contender/nodemailer.ts'
import { createCampaignPool } from './contender/nodemailerCampaign.ts'
import type { Contender, Plan, RunCost } from './contender/plan.ts'
import { createSealpost } from './contender/sealpost.ts'

async function create(plan: Plan): Promise<Contender> {
  switch (plan.contender) {
    case 'sealpost':
      return createSealpost(plan)
    case 'campaign':
      return createCampaign(plan)
    case 'nodemailer-campaign':
      return createCampaignPool(plan)
    case 'nodemailer':
      return createPool(plan)
    case 'minimal':
      return createMinimal(plan)
    case 'floor':
      return createFloor(plan)
  }
}

/** The CPU of all threads of this process. */
async function measure(task: () => Promise<void>): Promise<RunCost> {
  const cpu = process.cpuUsage()
  const startedAt = preciseNow()
  await task()
  const endedAt = preciseNow()
  const { user, system } = process.cpuUsage(cpu)
  return { startedAt, endedAt, cpuMs: (user + system) / 1000, peakMb: process.resourceUsage().maxRSS / 1024 }
}

await using contender = await create(JSON.parse(process.argv[2] ?? '') as Plan)
for await (const order of createInterface({ input: process.stdin })) {
  const cost = await measure(async () => (order === 'run' ? contender.run() : contender.prepare()))
  process.stdout.write(`${JSON.stringify(cost)}\n`)
}
