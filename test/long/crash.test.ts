/**
 * A sending process that is killed loses nothing (`npm run test:long`): it is killed at points drawn at random while it takes
 * lists in, leases, hands over and settles, and started again each time, as a person would.
 */
import { expect, test } from 'vitest'
import { crash, inFlight } from '../support/crash.ts'

const kills = 240

test(`killed ${kills} times, it sends every message, and repeats no more than what was in flight`, async () => {
  const seed = Number(process.env['SEALPOST_CRASH_SEED'] ?? Date.now())
  const report = await crash({ kills, recipients: 1500, messages: 150, seed })
  const told = JSON.stringify({ seed, ...report })
  process.stdout.write(`${told}\n`)
  expect(report.kills).toBe(kills)
  // Each kind of point was met: a kill that never happens there would prove nothing about it.
  expect(Object.keys(report.points).toSorted(), told).toEqual(['DATA', 'MAIL', 'accept', 'dot', 'lease', 'settle'])
  expect(report.taken, told).toBe(report.recipients)
  expect(report.sent, told).toBe(report.recipients)
  expect(report.repeats, told).toBeGreaterThan(0)
  expect(report.repeats, told).toBeLessThanOrEqual(kills * inFlight)
  expect(report.verified.exit, told).toBe(0)
})
