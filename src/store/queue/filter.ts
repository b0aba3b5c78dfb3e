import type { QueueFilter } from '../../queue/index.ts'

/** A condition on `delivery`, with the values that are bound to it. */
export interface Condition {
  readonly where: string
  readonly values: readonly string[]
}

// The inner SELECT makes the indexes that begin with the campaign of use where none is named.
const campaigns = { one: '= (SELECT id FROM campaign WHERE name = ?)', all: 'IN (SELECT id FROM campaign)' } as const

/** The condition that a filter stands for: parts of fixed text, values bound and never part of it. */
export function conditionOf({ campaign, domain, addressKey, state, ...filter }: QueueFilter): Condition {
  const within = campaign === undefined ? { text: campaigns.all, values: [] } : { text: campaigns.one, values: [campaign] }
  const parts: { text: string; values: readonly string[] }[] = []
  if (addressKey !== undefined)
    parts.push({
      text: `(delivery.domain, delivery.id) IN (SELECT domain, id FROM message WHERE campaign ${within.text} AND address_key = ?)`,
      values: [...within.values, addressKey],
    })
  if (domain !== undefined)
    parts.push({
      text: `delivery.domain IN (SELECT id FROM domain WHERE campaign ${within.text} AND name = ?)`,
      values: [...within.values, domain],
    })
  else if (addressKey === undefined)
    parts.push({ text: `delivery.domain IN (SELECT id FROM domain WHERE campaign ${within.text})`, values: within.values })
  if (state !== undefined) parts.push({ text: 'delivery.state = ?', values: [state] })
  if (filter.class !== undefined) parts.push({ text: 'delivery.class = ?', values: [filter.class] })
  return { where: parts.map(({ text }) => text).join(' AND '), values: parts.flatMap(({ values }) => values) }
}
