import type { QueueFilter } from '../../queue/index.ts'

/** A condition on `message`, with the values that are bound to it. */
export interface Condition {
  readonly where: string
  readonly values: readonly string[]
}

const parts: Readonly<Record<keyof QueueFilter, string>> = {
  // The inner SELECT makes the indexes that begin with the campaign of use where none is named.
  campaign: 'campaign = (SELECT id FROM campaign WHERE name = ?)',
  state: 'state = ?',
  domain: 'domain IN (SELECT id FROM domain WHERE name = ?)',
  class: 'class = ?',
  addressKey: 'address_key = ?',
}

/** The condition that a filter stands for: parts of fixed text, values bound and never part of it. */
export function conditionOf(filter: QueueFilter): Condition {
  const chosen = Object.entries(parts).flatMap(([name, text]) => {
    const value = filter[name as keyof QueueFilter]
    return value === undefined ? [] : [{ text, value }]
  })
  const campaigns = filter.campaign === undefined ? 'campaign IN (SELECT id FROM campaign)' : undefined
  return {
    where: [...(campaigns === undefined ? [] : [campaigns]), ...chosen.map(({ text }) => text)].join(' AND '),
    values: chosen.map(({ value }) => value),
  }
}
