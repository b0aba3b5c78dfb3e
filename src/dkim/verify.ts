import { type KeyObject, hash, verify as verifyOctets } from 'node:crypto'
import type { Resolver } from '../dns/index.ts'
import { relaxBody, simplifyBody } from './canonicalBody.ts'
import { type KeyAnswer, lookupKey } from './lookup.ts'
import { parseSelector, parseSigningDomain } from './names.ts'
import { type HeaderField, type HeaderSection, readSection } from './section.ts'
import { canonicalizeFields } from './sign.ts'
import type { Canonicalization } from './signer.ts'
import { parseTagList } from './tagList.ts'

/** A signature of a message of ours, held against the key that DNS has. */
export interface SignatureCheck {
  /** As d= and s= have them; empty where the field is malformed. */
  readonly domain: string
  readonly selector: string
  /** Names in h=, lower case, as often as they stand there. */
  readonly headers: readonly string[]
  readonly key: KeyAnswer | undefined
  readonly result: 'verifies' | 'key-differs' | 'body-differs' | 'unusable-key' | 'temporary' | 'malformed'
}

/** Signatures that are looked at; a message of ours has one for each key. */
const most = 5

/**
 * Verifies the signatures of a finished message as a receiver would (RFC 6376 6.1), to see before sending whether the key
 * that signs is the one that is published. It is for our own messages: l= and x= are not written by us and not read here.
 *
 * @param message as it will be on the wire
 * @throws SealpostError SP_MESSAGE_INVALID where its header cannot be read
 */
export async function verifySignatures(message: Buffer, resolver: Resolver): Promise<readonly SignatureCheck[]> {
  const section = readSection(message)
  const fields = section.fields.get('dkim-signature') ?? []
  return Promise.all(fields.slice(0, most).map(async (field) => verifyOne(message, section, field, resolver)))
}

async function verifyOne(
  message: Buffer,
  section: HeaderSection,
  field: HeaderField,
  resolver: Resolver,
): Promise<SignatureCheck> {
  const list = parseTagList(message.toString('latin1', field.valueStart, field.end))
  const tag = (name: string): string => (list.kind === 'tags' ? (list.tags.get(name) ?? '') : '')
  const domain = parseSigningDomain(tag('d'))
  const selector = parseSelector(tag('s'))
  const headers = tag('h')
    .split(':')
    .map((name) => name.trim().toLowerCase())
    .filter(Boolean)
  const [header = 'simple', body = 'simple'] = tag('c').split('/')
  if (domain === undefined || selector === undefined || !isForm(header) || !isForm(body) || !headers.includes('from'))
    return { domain: domain ?? '', selector: selector ?? '', headers, key: undefined, result: 'malformed' }
  const key = await lookupKey(domain, selector, resolver)
  const common = { domain, selector, headers, key }
  if (key.kind === 'temporary') return { ...common, result: 'temporary' }
  if (key.kind !== 'key' || key.hashes !== 'usable' || key.service !== 'email') return { ...common, result: 'unusable-key' }
  const canonical =
    body === 'relaxed' ? relaxBody(message.subarray(section.bodyStart)) : simplifyBody(message.subarray(section.bodyStart))
  if (hash('sha256', canonical, 'base64') !== bare(tag('bh'))) return { ...common, result: 'body-differs' }
  // RFC 6376 3.5: b= counts as empty in what is signed.
  const own = message.toString('latin1', field.start, field.end).replace(/(^|[;\s])(b[ \t\r\n]*=)[^;]*/, '$1$2')
  const input = canonicalizeFields(message, chooseNamed(headers, section), own, header)
  const fits = isSignedBy(input, Buffer.from(bare(tag('b')), 'base64'), key.key, tag('a'))
  return { ...common, result: fits ? 'verifies' : 'key-differs' }
}

function isForm(text: string): text is Canonicalization {
  return text === 'relaxed' || text === 'simple'
}

function bare(text: string): string {
  return text.replace(/[ \t\r\n]+/g, '')
}

/** RFC 6376 5.4.2: of several of one name the last is named first; a name beyond them stands for none. */
function chooseNamed(names: readonly string[], section: HeaderSection): readonly HeaderField[] {
  const used = new Map<string, number>()
  return names.flatMap((name) => {
    const count = (used.get(name) ?? 0) + 1
    used.set(name, count)
    return section.fields.get(name)?.at(-count) ?? []
  })
}

function isSignedBy(input: Buffer, signature: Buffer, key: KeyObject, algorithm: string): boolean {
  if (algorithm === 'ed25519-sha256')
    return key.asymmetricKeyType === 'ed25519' && verifyOctets(null, hash('sha256', input, 'buffer'), key, signature)
  return algorithm === 'rsa-sha256' && key.asymmetricKeyType === 'rsa' && verifyOctets('sha256', input, key, signature)
}
