import type { Resolver } from './answer.ts'

/** Names of one record that are kept: RFC 7208 4.6.4 lets a record cause no more than ten look-ups. */
const maxIncludes = 10

/** Longer records are cut before they are read. */
const maxLength = 4096

/**
 * Whose senders a domain lets use its name: what its SPF record includes or hands over to. The record alone is read, by
 * one question; none where the DNS gives no answer, where there are several records (RFC 7208 4.5), or no such name.
 */
export async function lookupSpfIncludes(resolver: Resolver, domain: string): Promise<readonly string[]> {
  const answer = await resolver.query(domain, 'TXT')
  if (answer.kind !== 'records') return []
  // RFC 7208 4.5: the version is followed by a space or the end; any other record is about something else.
  const records = answer.records.filter((text) => /^v=spf1(?: |$)/i.test(text))
  return records.length === 1 ? parseIncludes(records[0] ?? '') : []
}

/** RFC 7208 5.2 (include) and 6.1 (redirect). Names with macros (7) stand for others in each message. */
export function parseIncludes(record: string): readonly string[] {
  const names: string[] = []
  for (const term of record.slice(0, maxLength).split(' ')) {
    const name = /^(?:[+?~-]?include:|redirect=)((?:[a-z0-9_-]{1,63}\.)+[a-z0-9-]{1,63})\.?$/i.exec(term)?.[1]?.toLowerCase()
    if (name !== undefined && name.length <= 253 && !names.includes(name)) names.push(name)
  }
  return names.slice(0, maxIncludes)
}
