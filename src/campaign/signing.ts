import type { KeyObject } from 'node:crypto'
import { type Signer, createSigner, readSigningKey, sign } from '../dkim/index.ts'
import { isAligned } from '../dmarc/index.ts'
import { SealpostError } from '../errors.ts'
import { readText } from '../settings/index.ts'
import { parseMailbox } from '../smtp/index.ts'
import type { DkimKeyFile } from './campaign.ts'

/** A key that messages are signed with, and whose it is. */
export interface SigningKey {
  readonly domain: string
  readonly selector: string
  readonly key: KeyObject
}

/**
 * Reads the keys that a campaign is signed with, when sending begins: they are part of neither the campaign nor its
 * frozen form.
 *
 * @param from of the campaign, as typed
 * @throws SealpostError SP_KEY_INVALID, SP_DKIM_INVALID, SP_FILE_MISSING and others, with the line that names the key
 */
export async function readSigningKeys(files: readonly DkimKeyFile[], from: string): Promise<readonly SigningKey[]> {
  const keys: SigningKey[] = []
  for (const { domain, selector, key: path, where } of files) {
    const key = await locate(where, async () => readSigningKey(await readText(path, 'SP_KEY_INVALID'), path))
    const signer = await locate(where, () => createSigner({ domain, selector, key, clock: { now: () => 0 } }))
    keys.push({ domain: signer.domain, selector: signer.selector, key })
  }
  const mailbox = parseMailbox(from)
  const sender = mailbox.kind === 'mailbox' ? mailbox.address.domain : ''
  const [first] = files
  if (first && !keys.some(({ domain }) => isAligned(sender, domain, 'relaxed')))
    throw new SealpostError('SP_DKIM_INVALID', {
      where: first.where,
      what: `No key signs for ${sender}, the domain of From, so that the signature counts for nothing (DMARC, RFC 7489 3.1.1)`,
      next: `Name a key of ${sender}, or of a domain of the same organisation.`,
    })
  return keys
}

async function locate<Value>(where: string, read: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof SealpostError)) throw error
    const what = error.where === undefined || error.where === where ? error.what : `${error.where}: ${error.what}`
    throw new SealpostError(error.code, { where, what, cause: error })
  }
}

const signersAt = new WeakMap<readonly SigningKey[], { readonly at: number; readonly signers: readonly Signer[] }>()

/** @param at milliseconds since the epoch: t= of the signature, the same on every try, and with it every octet */
export async function signMessage(message: Buffer, keys: readonly SigningKey[], at: number): Promise<Buffer> {
  let known = signersAt.get(keys)
  if (known?.at !== at) {
    known = { at, signers: keys.map((key) => createSigner({ ...key, clock: { now: () => at } })) }
    signersAt.set(keys, known)
  }
  return Buffer.concat([await sign(message, known.signers), message])
}
