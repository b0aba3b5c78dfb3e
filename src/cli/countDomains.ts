/** Rows named one by one. */
const maxSample = 20

/** How many recipients each domain of a list has, and nothing of who they are. */
export interface DomainCounts {
  readonly domains: ReadonlyMap<string, number>
  readonly recipients: number
  readonly invalid: number
  readonly sample: readonly { readonly line: number; readonly why: string }[]
}

type CountedRow =
  | { readonly kind: 'recipient'; readonly address: { readonly domain: string } }
  | { readonly kind: 'invalid'; readonly line: number; readonly why: string }

/** Counts a list in memory that grows with its domains alone. An address that stands there twice counts twice. */
export async function countDomains(rows: AsyncIterable<CountedRow>): Promise<DomainCounts> {
  const domains = new Map<string, number>()
  const sample: { line: number; why: string }[] = []
  let recipients = 0
  let invalid = 0
  for await (const row of rows) {
    if (row.kind === 'recipient') {
      recipients += 1
      domains.set(row.address.domain, (domains.get(row.address.domain) ?? 0) + 1)
    } else {
      invalid += 1
      if (sample.length < maxSample) sample.push({ line: row.line, why: row.why })
    }
  }
  return { domains, recipients, invalid, sample }
}
