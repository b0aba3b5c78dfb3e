import { z } from 'zod'
import { levels } from '../policy/index.ts'
import { states } from './store.ts'

/** Milliseconds after which an order is not carried out any more: who gave it may have forgotten it. */
const orderLifeMs = 86_400_000

/** The end of the year 9999: a later time has no ISO 8601 form that all can read. */
const lastTime = 253_402_300_799_000

/** People that one order erases at the most; it is to stay short besides, and more are several orders. */
export const mostErased = 200

const name = z.string().min(1).max(1_000)

const filter = z.strictObject({
  campaign: name.exactOptional(),
  state: z.enum(states).exactOptional(),
  domain: name.exactOptional(),
  class: name.exactOptional(),
  addressKey: name.exactOptional(),
})

const common = {
  /** Random: an order is carried out once, however often it is read. */
  id: z.string().regex(/^[0-9a-f-]{36}$/),
  /** Milliseconds since the epoch. */
  at: z.int().nonnegative(),
  /** The name of the user who gave it. */
  by: z.string().max(200),
}

const orderSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...common, kind: z.literal('release'), filter, level: z.enum(levels) }),
  z.strictObject({ ...common, kind: z.enum(['retry', 'fail', 'drop']), filter }),
  z.strictObject({ ...common, kind: z.enum(['pause', 'resume', 'cancel']), campaign: name }),
  z.strictObject({
    ...common,
    kind: z.literal('erase'),
    /** Of the people. They stand in it only until it is carried out. */
    addressKeys: z.array(z.string().min(1).max(320)).min(1).max(mostErased),
    /** What was erased elsewhere, for the evidence: names of what, and how many. */
    found: z.record(z.string().regex(/^[a-zA-Z]{1,20}$/), z.int().nonnegative()),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('schedule'),
    campaign: name,
    /** Of the campaign that the person saw: another is not taken in. */
    digest: z.string().regex(/^[0-9a-f]{64}$/),
    /** The campaign file, absolute. */
    file: z.string().min(1).max(4_096),
    /** Milliseconds since the epoch, 0 for at once, and the zone it was given in. */
    startsAt: z.int().nonnegative().max(lastTime),
    zone: z.string().min(1).max(64),
    /** The rules that it breaks, and that the person overruled. */
    forced: z
      .array(z.string().regex(/^[a-z0-9-]{1,100}$/))
      .max(200)
      .exactOptional(),
  }),
])

/** What a person wants done with a queue, given to whichever process has it in hand. */
export type Order = Readonly<z.infer<typeof orderSchema>>

/** An order on messages, which is done in the queue itself. */
export type MessageOrder = Extract<Order, { filter: unknown }>

/** An order on a campaign as a whole. */
export type CampaignOrder = Extract<Order, { kind: 'pause' | 'resume' | 'cancel' }>

/** An order to take a campaign in that is to begin later, or to let it begin at another time. */
export type ScheduleOrder = Extract<Order, { kind: 'schedule' }>

/** An order to erase people. */
export type EraseOrder = Extract<Order, { kind: 'erase' }>

/** What became of an order. */
export type OrderResult = { readonly kind: 'done'; readonly count: number } | { readonly kind: 'refused'; readonly why: string }

export const orderResultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('done'), count: z.int().nonnegative() }),
  z.strictObject({ kind: z.literal('refused'), why: z.string().max(1_000) }),
])

/** Reads an order from a file that several processes may write to; undefined where it is none. */
export function parseOrder(text: string): Order | undefined {
  try {
    return orderSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** Whether it is too old to be carried out, or from a clock so wrong that nobody can tell. */
export function isStale({ at }: Order, now: number): boolean {
  return Math.abs(now - at) > orderLifeMs
}
