import { nameKeyRecord, parseSelector, parseSigningDomain } from '../dkim/index.ts'
import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'

/**
 * What the options `--domain` and `--selector` name.
 *
 * @throws SealpostError SP_DKIM_INVALID
 */
export function readDkimName(given: { readonly domain: string; readonly selector: string }): {
  readonly domain: string
  readonly selector: string
} {
  const domain = parseSigningDomain(given.domain)
  const selector = parseSelector(given.selector)
  if (domain === undefined)
    throw new SealpostError('SP_DKIM_INVALID', {
      where: visible(given.domain, 100),
      what: 'This is no domain to sign for',
      next: 'Name the domain of your From address, such as example.org.',
    })
  if (selector === undefined || nameKeyRecord(domain, selector).length > 253)
    throw new SealpostError('SP_DKIM_INVALID', {
      where: visible(given.selector, 100),
      what: 'This is no selector, or too long for one',
      next: 'Take a short name of letters, digits and dashes, such as s2026a.',
    })
  return { domain, selector }
}
