/**
 * A sending process that is killed loses nothing: what it had taken in is sent by the next run, and nothing comes twice but what
 * was in flight. A short form; `npm run test:long` kills it some hundred times.
 */
import { expect, test } from 'vitest'
import { crash, inFlight } from '../../support/crash.ts'

test(
  'killed eight times, it sends every message, and repeats no more than what was in flight',
  { timeout: 120_000 },
  async () => {
    const seed = Date.now()
    const report = await crash({ kills: 8, recipients: 300, messages: 80, seed })
    const told = JSON.stringify({ seed, ...report })
    expect(report.kills, told).toBe(8)
    expect(report.taken, told).toBe(report.recipients)
    expect(report.sent, told).toBe(report.recipients)
    expect(report.repeats, told).toBeLessThanOrEqual(report.kills * inFlight)
    expect(report.verified.exit, told).toBe(0)
  },
)
