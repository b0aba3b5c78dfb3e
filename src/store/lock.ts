import { takeLock } from './database.ts'

/**
 * Keeps every other process from the queue and the evidence of a data folder, for what concerns neither.
 *
 * @param folder the data folder, which is there
 * @throws SealpostError SP_STORE_IN_USE
 */
export function lockData(folder: string): Disposable {
  const lock = takeLock(folder)
  return {
    [Symbol.dispose]: () => {
      lock.close()
    },
  }
}
