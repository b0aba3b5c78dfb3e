import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { DomainSettlement } from '../../queue/index.ts'
import { openForWriting } from '../database.ts'
import { IntakeTransaction } from './intake.ts'
import { operations } from './operations.ts'
import { queueSteps } from './schema.ts'
import { Statements } from '../statements.ts'

const outcome = {
  reason: '',
  class: undefined,
  code: undefined,
  enhanced: undefined,
  verdict: '',
  host: undefined,
  tls: undefined,
}

it('nothing that is done for each batch of messages reads a table through', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  const opened = openForWriting(folder, queueSteps)
  try {
    const intake = IntakeTransaction.begin(new Statements(opened.database), {
      name: 'c',
      digest: '',
      frozen: '{}',
      createdAt: 1,
      due: 0,
    })
    intake.add(['a@x.test', 'a@x.test', 'x.test', '{}'])
    intake.commit({ invalid: 0, suppressed: 0, sample: [] })
    const db = new Statements(opened.database)
    const [domain] = operations.takeDomains(db, 'c', 5, 9)
    const [item] = operations.lease(db, [domain?.id ?? 0], 1, 5).items
    operations.release(db, item ? [item] : [], 5)
    operations.takeDomains(db, 'c', 5, 9)
    operations.lease(db, [domain?.id ?? 0], 9, 5)
    operations.settle(db, [{ ...outcome, id: item?.id ?? 0, domainId: domain?.id ?? 0, state: 'deferred', nextAt: 9 }], 5)
    operations.takeDomains(db, 'c', 9, 9)
    const held: DomainSettlement = { ...outcome, state: 'held', nextAt: [20] }
    expect(operations.settleDomains(db, [domain?.id ?? 0], 9, held)).toBe(1)
    operations.nextDue(db, 'c')
    operations.counts(db, 'c')
    operations.expire(db, 'c', { deferredBefore: 0, heldBefore: 0, then: 'failed' }, 9)
    operations.recover(db)
    operations.addUsage(db, 'p', 1, 1)
    operations.usage(db, 'p', 0)

    const plans = db.texts.map((text) => [
      text,
      opened.database
        .prepare(`EXPLAIN QUERY PLAN ${text}`)
        .all()
        .map((row) => String(row['detail'])),
    ])
    // `recover` goes through the messages and the domains in hand, which are all of their indexes.
    const scans = plans.filter(([, plan]) =>
      (plan as string[]).some(
        (step) =>
          /SCAN|TEMP B-TREE/.test(step) && !/SCAN \w+ USING (?:COVERING )?INDEX (?:delivery_leased|domain_taken)/.test(step),
      ),
    )
    expect(scans).toEqual([])
    expect(plans.length).toBeGreaterThan(12)
  } finally {
    opened.close()
    await rm(folder, { recursive: true })
  }
})
