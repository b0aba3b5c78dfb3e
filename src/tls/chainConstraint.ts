import { foldName } from './certificateName.ts'
import { readFields } from './certificateFields.ts'
import type { Link } from './chainLink.ts'
import { type Der, readChildren, readDer } from './der.ts'

/** What OpenSSL holds a chain to when it is given the roots, and must be asked here where it is not. */
export interface ConstraintProblem {
  readonly kind: 'name-not-permitted' | 'unknown-extension'
  readonly index: number | undefined
  readonly subject: string
}

/** RFC 5280 4.2: those that are understood here, or that say nothing of who the server is. */
const understood: ReadonlySet<string> = new Set([
  '2.5.29.15', // keyUsage
  '2.5.29.17', // subjectAltName
  '2.5.29.19', // basicConstraints
  '2.5.29.30', // nameConstraints
  '2.5.29.31', // cRLDistributionPoints
  '2.5.29.32', // certificatePolicies: none is asked for
  '2.5.29.37', // extendedKeyUsage
])

const nameConstraints = '2.5.29.30'

/** Critical extensions that nobody here understands, and names outside what an authority above allows (RFC 5280 4.2.1.10). */
export function judgeConstraints(links: readonly Link[]): readonly ConstraintProblem[] {
  return links.flatMap((link, height): readonly ConstraintProblem[] => {
    const about = { index: link.index, subject: link.facts.subject }
    const fields = readFields(link.certificate.raw)
    if (!fields || [...fields.critical].some((id) => !understood.has(id))) return [{ kind: 'unknown-extension', ...about }]
    const value = fields.extensions.get(nameConstraints)
    if (value === undefined) return []
    // RFC 5280 6.1.3 b: a self-issued certificate is asked only where it is the last.
    const below = links.slice(0, height).filter((one, place) => place === 0 || one.subject !== one.issuer)
    return below.every((one) => isPermitted(one, value)) ? [] : [{ kind: 'name-not-permitted', ...about }]
  })
}

interface Subtree {
  readonly form: 'dns' | 'directory'
  readonly base: string
}

/** GeneralName (RFC 5280 4.2.1.6). The other forms name nothing that is compared here. */
const forms: Readonly<Record<number, Subtree['form']>> = { 0x82: 'dns', 0xa4: 'directory' }

function isPermitted(link: Link, value: Buffer): boolean {
  const parts = readChildren(readDer(value))
  const permitted = readSubtrees(parts?.find(({ tag }) => tag === 0xa0))
  const excluded = readSubtrees(parts?.find(({ tag }) => tag === 0xa1))
  // What cannot be read allows nothing.
  if (!parts || !permitted || !excluded) return false
  const names: readonly Subtree[] = [
    ...listHostNames(link).map((base) => ({ form: 'dns' as const, base })),
    { form: 'directory', base: link.subject },
  ]
  return names.every((name) => {
    const same = permitted.filter(({ form }) => form === name.form)
    if (same.length > 0 && !same.some((tree) => lies(name.base, tree))) return false
    return !excluded.some((tree) => tree.form === name.form && (lies(name.base, tree) || covers(name.base, tree)))
  })
}

/** The common name where it may pass for one (as OpenSSL; RFC 7672 3.2.3). */
function listHostNames({ facts: { names, commonName, authority } }: Link): readonly string[] {
  if (names.length > 0) return names
  return commonName === undefined || authority ? [] : [commonName.toLowerCase()]
}

function readSubtrees(list: Der | undefined): readonly Subtree[] | undefined {
  if (!list) return []
  const trees: Subtree[] = []
  const found = readChildren(list)
  if (!found) return undefined
  for (const tree of found) {
    // RFC 5280 4.2.1.10: minimum and maximum are not used with any form.
    const [base, ...rest] = readChildren(tree) ?? []
    if (!base || rest.length > 0) return undefined
    const form = forms[base.tag]
    if (form === 'dns') trees.push({ form, base: base.content.toString('latin1').toLowerCase() })
    if (form !== 'directory') continue
    const [name] = readChildren(base) ?? []
    if (!name) return undefined
    trees.push({ form, base: foldName(name) })
  }
  return trees
}

/** Whether a name is the base or below it; a DNS name is written from the left, a directory name from the root. */
function lies(name: string, { form, base }: Subtree): boolean {
  if (base === '' || name === base) return true
  if (form === 'directory') return name.startsWith(`${base},`)
  return name.endsWith(base.startsWith('.') ? base : `.${base}`)
}

/** Whether a wildcard stands for names within, too. */
function covers(name: string, { form, base }: Subtree): boolean {
  return form === 'dns' && name.startsWith('*.') && base.endsWith(name.slice(1))
}
