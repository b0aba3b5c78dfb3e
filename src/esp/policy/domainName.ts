import { parseDomain } from '../../smtp/index.ts'
import type { Holder } from './setting.ts'

/** A domain as a holder; undefined where the text is no domain, so that no answer or argument gets into a path as another. */
export function nameDomain(name: unknown, id?: string): Holder | undefined {
  const domain = typeof name === 'string' ? parseDomain(name) : undefined
  return domain === undefined ? undefined : { kind: 'domain', name: domain, id: id ?? domain }
}
