import { z } from 'zod'
import { durationSchema } from './duration.ts'

/** What becomes of messages that wait for encryption. */
export interface Held {
  /** Milliseconds after the campaign took them in. */
  readonly until: number
  readonly then: 'fail' | 'drop' | 'export'
}

const until = durationSchema('1m', '90d')
const untilMeta = {
  title: 'duration',
  description: 'How long messages that cannot travel as demanded are held and tried again, counted from the first try.',
}
const then = z.enum(['fail', 'drop', 'export'])
const thenMeta = {
  description:
    'What becomes of them after that: fail counts them as failed, drop leaves them out without a failure, export leaves them to be written into a list and reached in another way.',
}

/** For all campaigns that do not say it themselves. */
export const heldDefault = z
  .strictObject({ until: until.prefault('5d').meta(untilMeta), then: then.default('fail').meta(thenMeta) })
  .prefault({})

/** For one campaign; what it leaves out is as in the settings. */
export const heldSchema = z.strictObject({ until: until.optional().meta(untilMeta), then: then.optional().meta(thenMeta) })
