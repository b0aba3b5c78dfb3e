import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SealpostError, systemError } from '../../errors.ts'
import { type Signer, type Verifier, makeSigner } from '../../tlog/index.ts'
import { openKeyFile, readKeyFile } from './keyFile.ts'
import { type KeyList, sameKey, writeKeyList } from './keyList.ts'
import type { AskPassphrase } from './passphrase.ts'
import type { KeyPlace } from './place.ts'
import { findRotation, noteRotation } from './told.ts'

/**
 * Brings a rotation to its end. It goes in this order, each step whole or not done at all:
 *
 * 1. the new key is written beside the old one (`evidence.next.pem`);
 * 2. the log tells of it, in a leaf below a checkpoint that both keys sign;
 * 3. the number of that leaf is noted;
 * 4. the new key is added to the list of keys;
 * 5. it takes the old one's place.
 *
 * The log decides: before step 2 nothing has happened and the new key is thrown away, after it the rest is done again. At no
 * time is there a checkpoint that the last key of the list has not signed, or a list whose last key is not at hand.
 *
 * @throws SealpostError SP_KEY_MISSING, SP_KEY_INVALID where the key at hand is not the one that signs
 */
export async function settleRotation(
  place: KeyPlace,
  listed: KeyList,
  ask: AskPassphrase,
): Promise<{ readonly list: KeyList; readonly signer: Signer }> {
  const { name } = listed[0]
  const signer = await openSigner(place.key, name, ask)
  if (!signer) throw new SealpostError('SP_KEY_MISSING', { where: place.key })
  const next = await openSigner(place.next, name, ask)
  const last: Verifier = listed.at(-1) ?? listed[0]
  if (next && sameKey(next.verifier, last)) {
    await takePlace(place)
    return { list: listed, signer: next }
  }
  if (!sameKey(signer.verifier, last))
    throw otherKey(
      place,
      listed.some((one) => sameKey(one, signer.verifier)),
    )
  const told = next && (await findRotation(place.log, signer.verifier, next.verifier))
  if (!next || told === undefined) {
    await rm(place.next, { force: true })
    return { list: listed, signer }
  }
  await noteRotation(place, told)
  const list: KeyList = [...listed, next.verifier]
  await writeKeyList(place.list, list)
  await takePlace(place)
  return { list, signer: next }
}

async function openSigner(path: string, name: string, ask: AskPassphrase): Promise<Signer | undefined> {
  const file = await readKeyFile(path)
  return file && makeSigner(name, 'note', await openKeyFile(file, ask))
}

/** The former key goes: who steals the machine later on cannot sign in its name. */
async function takePlace({ next, key }: KeyPlace): Promise<void> {
  try {
    await rename(next, key)
    await using folder = await open(dirname(key), 'r')
    await folder.sync()
  } catch (error) {
    throw systemError(error, key, 'SP_FILE_UNWRITABLE')
  }
}

function otherKey({ key, list }: KeyPlace, former: boolean): SealpostError {
  return new SealpostError('SP_KEY_INVALID', {
    where: key,
    what: former ? 'The key signed the evidence log once, and was rotated since' : `The key is not the last of those in ${list}`,
    next: 'Put the key that signs the log back from a copy.',
  })
}
