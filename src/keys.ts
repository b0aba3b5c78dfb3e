import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SealpostError, systemError } from './errors.ts'
import { writeWholeFile } from './wholeFile.ts'

const length = 32

/** Keys of one kind: the newest signs, and what the older ones signed still holds while their lines stand in the file. */
export interface Keys {
  /** From 1 to 255. */
  readonly current: number
  /** 32 octets each, by number. */
  readonly all: ReadonlyMap<number, Uint8Array>
}

/** The key that signs. */
export function currentKey({ current, all }: Keys): Uint8Array {
  const key = all.get(current)
  if (key) return key
  throw new SealpostError('SP_INTERNAL', { what: 'A file of keys without its newest' })
}

/**
 * The keys in `keys/<name>.key` of a data folder, made where there are none yet: a line each, its number and 64 hexadecimal
 * digits, readable by the owner alone.
 *
 * @throws SealpostError SP_KEY_INVALID, SP_FILE_UNREADABLE, SP_FILE_UNWRITABLE, SP_DISK_FULL
 */
export async function openKeys(data: string, name: string): Promise<Keys> {
  const known = await readKeys(data, name)
  if (known) return known
  await writeWholeFile(pathOfKeys(data, name), `1 ${randomBytes(length).toString('hex')}\n`, 'stays')
  const made = await readKeys(data, name)
  if (made) return made
  throw new SealpostError('SP_FILE_CHANGED', { where: pathOfKeys(data, name) })
}

/** The keys, where there are any: who only reads makes none. */
export async function readKeys(data: string, name: string): Promise<Keys | undefined> {
  const path = pathOfKeys(data, name)
  try {
    return parseKeys(await readFile(path, 'latin1'), path)
  } catch (error) {
    return orMissing(error, path)
  }
}

/** The same at once, for who asks in the middle of something that must not be interrupted. */
export function readKeysNow(data: string, name: string): Keys | undefined {
  const path = pathOfKeys(data, name)
  try {
    return parseKeys(readFileSync(path, 'latin1'), path)
  } catch (error) {
    return orMissing(error, path)
  }
}

function orMissing(error: unknown, path: string): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw systemError(error, path, 'SP_FILE_UNREADABLE')
}

function parseKeys(text: string, path: string): Keys {
  const all = new Map<number, Uint8Array>()
  for (const line of text.trim().split(/\r?\n/)) {
    const [, number, hex] = /^([1-9]\d{0,2}) ([0-9a-f]{64})$/.exec(line.trim()) ?? []
    if (hex === undefined || Number(number) > 255 || all.has(Number(number)))
      throw new SealpostError('SP_KEY_INVALID', {
        where: path,
        what: 'A line of it is not a number from 1 to 255, a space and 64 hexadecimal digits',
        next: 'Put it back from a copy; what was signed with a key that is lost is not recognised any more.',
      })
    all.set(Number(number), Buffer.from(hex, 'hex'))
  }
  return { current: Math.max(...all.keys()), all }
}

/** Where the keys of one kind lie in a data folder. */
export function pathOfKeys(data: string, name: string): string {
  return join(data, 'keys', `${name}.key`)
}
