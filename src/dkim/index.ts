/**
 * DKIM (RFC 6376, with Ed25519 of RFC 8463 and the key sizes of RFC 8301): signatures for messages that are finished,
 * and the key records by which others verify them. No state: a key goes in, a header field comes out.
 */
export { type KeyComparison, type KeyNote, compareKey } from './compare.ts'
export { describeComparison, describeNote } from './describe.ts'
export { type KeyFault, type KeyRecord, parseKeyRecord } from './keyRecord.ts'
export { type KeyAnswer, lookupKey } from './lookup.ts'
export { nameKeyRecord, parseSelector, parseSigningDomain } from './names.ts'
export { type PublishedRecord, printKeyRecord } from './publish.ts'
export { sign } from './sign.ts'
export { type Canonicalization, type SignatureAlgorithm, type Signer, type SignerOptions, createSigner } from './signer.ts'
export { type KeyType, makeSigningKey, readSigningKey } from './signingKey.ts'
export { type SignatureCheck, verifySignatures } from './verify.ts'
