import { parseDomain } from '../smtp/index.ts'

/** RFC 5321 4.1.2 sub-domain, which RFC 6376 3.5 has d= and s= made of: no underscores, and nothing to break out with. */
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** A domain as d= names it: in A-labels (RFC 6376 3.5), lower case, two labels at least; undefined where the text is none. */
export function parseSigningDomain(text: string): string | undefined {
  const domain = parseDomain(text)
  const labels = domain?.split('.') ?? []
  return labels.length >= 2 && labels.every((one) => label.test(one)) ? domain : undefined
}

/** A selector (RFC 6376 3.1), lower case; undefined where the text is none. */
export function parseSelector(text: string): string | undefined {
  if (text.length > 200) return undefined
  const selector = text.toLowerCase()
  return selector.split('.').every((one) => label.test(one)) ? selector : undefined
}

/** Where a key is published (RFC 6376 3.6.2.1). Longer than 253 characters it is no name, and nobody finds it. */
export function nameKeyRecord(domain: string, selector: string): string {
  return `${selector}._domainkey.${domain}`
}
