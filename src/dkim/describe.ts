import { visible } from '../escape.ts'
import type { KeyComparison, KeyNote } from './compare.ts'
import type { KeyFault } from './keyRecord.ts'

/** What was found, in words that stand behind a name and a colon. */
export function describeComparison(comparison: KeyComparison): string {
  switch (comparison.kind) {
    case 'matches':
      return `published, and it is the key (${describeHalf(comparison.own)})`
    case 'barred':
      return comparison.by === 'hashes'
        ? 'it is the key, but h= of the record does not allow SHA-256, so no signature verifies'
        : 'it is the key, but s= of the record is not for mail, so no signature verifies'
    case 'differs':
      return `another key is published (${describeHalf(comparison.published)}${comparison.weak ? ', which verifiers must refuse' : ''}; yours is ${describeHalf(comparison.own)})`
    case 'revoked':
      return 'the key is withdrawn: p= of the record is empty'
    case 'unsupported':
      return `the record is of a kind of key that is not known: k=${visible(comparison.type, 50)}`
    case 'malformed':
      return `the record is no key: ${faults[comparison.why]}: ${visible(comparison.text, 100)}`
    case 'absent':
      return 'nothing is published there'
    case 'several':
      return `${comparison.count} TXT records are there, and there must be one: a long value that was entered in parts may have become two`
    case 'temporary':
      return `the DNS gives no answer for now: ${visible(comparison.detail)}`
  }
}

export function describeNote(note: KeyNote): string {
  return note === 'testing'
    ? 't=y is set: receivers treat your mail as if it had no signature. Take it out when you are done with testing.'
    : 't=s is set: i= of a signature must be of this very domain, not of one below it.'
}

function describeHalf({ type, bits }: { readonly type: 'rsa' | 'ed25519'; readonly bits: number }): string {
  return type === 'rsa' ? `RSA, ${bits} bits` : 'Ed25519'
}

const faults: Readonly<Record<KeyFault, string>> = {
  'too-long': 'it is too long',
  escaped: 'it has backslashes, which belong into zone files only',
  quoted: 'it has quotation marks, which belong into zone files only',
  version: 'it does not begin with v=DKIM1',
  'bad-tag': 'this is no name=value',
  twice: 'this name is there twice',
  'no-key': 'it has no p=',
  base64: 'p= was cut off, or something was added to it',
  'not-a-key': 'p= is no such key',
}
