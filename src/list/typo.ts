import { isOneEdit } from './editDistance.ts'

/**
 * Domains that most of a consumer list's addresses are at, by the number of their users; of two that an address could have
 * meant, the first is suggested.
 */
const large = [
  'gmail.com',
  'yahoo.com',
  'hotmail.com',
  'outlook.com',
  'icloud.com',
  'aol.com',
  'live.com',
  'msn.com',
  'googlemail.com',
  'ymail.com',
  'gmx.de',
  'gmx.net',
  'web.de',
  't-online.de',
  'freenet.de',
  'orange.fr',
  'wanadoo.fr',
  'laposte.net',
  'yahoo.fr',
  'hotmail.fr',
  'yahoo.de',
  'hotmail.de',
  'yahoo.co.uk',
  'hotmail.co.uk',
  'btinternet.com',
  'comcast.net',
  'verizon.net',
  'libero.it',
  'protonmail.com',
  'fastmail.com',
] as const

/**
 * Domains one edit away from a large one that are in use by themselves: mail.com is no misspelt gmail.com, and gmx.com is
 * the same provider's.
 */
const real = new Set([
  'mail.com',
  'email.com',
  'gmx.com',
  'gmx.at',
  'gmx.ch',
  'gmx.fr',
  'gmx.us',
  'ymail.com',
  'rocketmail.com',
  'aim.com',
  'live.de',
  'live.fr',
  'live.ca',
  'msn.de',
  'hotmail.it',
  'hotmail.es',
  'hotmail.ca',
  'yahoo.ca',
  'yahoo.in',
  'yahoo.it',
  'yahoo.es',
  'web.com',
  'life.com',
  'like.com',
  'love.com',
  'olive.com',
  'alive.com',
  'line.com',
])

/** Ends that are no top-level domain, and hide the typo of one that is. */
const ends: readonly (readonly [RegExp, string])[] = [
  [/\.(?:con|cmo|ocm|comm|vom|xom|cpm|c0m|coom|cim|come)$/, '.com'],
  [/\.(?:ent|nte|nett)$/, '.net'],
]

/**
 * The large provider's domain that a domain is most likely a misspelling of; undefined where it is none. Never applied by
 * itself: the address is the person's own. Names of three letters are left alone: too much is one letter away from gmx.de.
 *
 * @example
 * ```ts
 * suggestDomain('gmial.com') === 'gmail.com'
 * ```
 */
export function suggestDomain(domain: string): string | undefined {
  if (known.has(domain) || domain.length > 20) return undefined
  for (const [wrong, right] of ends) {
    if (!wrong.test(domain)) continue
    const mended = domain.replace(wrong, right)
    return known.has(mended) ? mended : (suggestDomain(mended) ?? mended)
  }
  if (real.has(domain)) return undefined
  // .co is a country's, and yaho.co is nobody's that much is sent to.
  if (domain.endsWith('.co')) return known.has(`${domain}m`) ? `${domain}m` : suggestDomain(`${domain}m`)
  return large.find((name) => name.indexOf('.') > 3 && isOneEdit(domain, name))
}

const known = new Set<string>(large)
