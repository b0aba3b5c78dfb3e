import type { Address } from '../smtp/index.ts'
import { findMailboxRule } from './sameMailbox.ts'

/** In what two addresses of one recipient differ: in nothing, in capitals, in dots, or in a tag after a plus. */
export const duplicateKinds = ['exact', 'case', 'dots', 'tag'] as const

export type DuplicateKind = (typeof duplicateKinds)[number]

/**
 * What makes two rows the same recipient: the whole address in lower case, without the quotes of a quoted local part; and
 * where the provider says so, without dots and without what follows a plus (`mailboxRules`).
 * RFC 5321 2.4 lets a host tell `Ada@` from `ada@`; none that marketers write to does, and a list that has both has one
 * person twice. Mail still goes to the address as the list writes it, that of the first row.
 */
export function addressKey(address: Address): string {
  const rule = findMailboxRule(address.domain)
  const local = foldLocal(address)
  if (!rule) return `${local}@${address.domain}`
  return `${rule.dots ? dropDots(dropTag(local)) : dropTag(local)}@${rule.canonical ?? address.domain}`
}

/** The address in forms that are equal for fewer and fewer differences, `addressKey` first. */
export function formsOf(address: Address): readonly [key: string, untagged: string, folded: string, exact: string] {
  const rule = findMailboxRule(address.domain)
  const local = foldLocal(address)
  const folded = `${local}@${address.domain}`
  if (!rule) return [folded, folded, folded, address.text]
  const untagged = dropTag(local)
  const domain = rule.canonical ?? address.domain
  return [`${rule.dots ? dropDots(untagged) : untagged}@${domain}`, `${untagged}@${domain}`, `${local}@${domain}`, address.text]
}

function foldLocal({ local, unicode }: Address): string {
  if (!unicode && !local.startsWith('"')) return local.toLowerCase()
  if (!local.startsWith('"')) return local.normalize('NFC').toLowerCase()
  return local.slice(1, -1).replace(/\\(.)/gsu, '$1').normalize('NFC').toLowerCase()
}

function dropTag(local: string): string {
  const plus = local.indexOf('+')
  return plus > 0 ? local.slice(0, plus) : local
}

function dropDots(local: string): string {
  return local.replaceAll('.', '') || local
}
