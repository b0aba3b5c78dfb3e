import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import { addressKey, readAddress } from '../list/index.ts'
import type { QueueFilter, State } from '../queue/index.ts'
import { parseDomain } from '../smtp/index.ts'

/** Which messages are meant, as options say it. */
export interface FilterArguments {
  readonly campaign?: string
  readonly state?: State
  readonly domain?: string
  readonly class?: string
  readonly address?: string
}

/** @throws SealpostError SP_TARGET_INVALID, SP_ADDRESS_INVALID */
export function readFilter(given: FilterArguments): QueueFilter {
  return {
    ...(given.campaign === undefined ? {} : { campaign: given.campaign }),
    ...(given.state === undefined ? {} : { state: given.state }),
    ...(given.class === undefined ? {} : { class: given.class }),
    ...(given.domain === undefined ? {} : { domain: requireDomain(given.domain) }),
    ...(given.address === undefined ? {} : { addressKey: requireAddressKey(given.address) }),
  }
}

/** @throws SealpostError SP_ADDRESS_INVALID */
export function requireAddressKey(text: string): string {
  const address = readAddress(text)
  if (address.kind === 'invalid') throw new SealpostError('SP_ADDRESS_INVALID', { where: visible(text, 100), what: address.why })
  return addressKey(address)
}

function requireDomain(text: string): string {
  const domain = parseDomain(text)
  if (domain === undefined)
    throw new SealpostError('SP_TARGET_INVALID', { where: visible(text, 100), next: 'Name a domain, such as example.org.' })
  return domain
}
