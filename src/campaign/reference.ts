import { z } from 'zod'
import { describeSchema, type ReferenceEntry } from '../settings/index.ts'
import { campaignSchema } from './schema.ts'

/** Every entry of campaign.yaml, in the order of the schema. */
export function campaignReference(): readonly ReferenceEntry[] {
  return describeSchema(campaignSchema)
}

/** The JSON Schema of campaign.yaml, for editors. */
export function campaignJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(campaignSchema, { io: 'input' })
}
