/** The key that signs the evidence: how it is kept, opened, and rotated. */
export { type KeysDescription, describeKey, describeKeys, fingerprint } from './describe.ts'
export { parseKeyList, readKeyList } from './keyList.ts'
export { type KeyOptions, type SigningKeys, changePassphrase, isKeyEncrypted, makeFirstKey, openSigningKeys } from './open.ts'
export { type AskPassphrase, askOnce } from './passphrase.ts'
export { keyPlace, rotationsName } from './place.ts'
export { type Rotated, rotateSigningKey } from './rotate.ts'
export { followRotation } from './statement.ts'
export { readRotation, readRotations } from './told.ts'
