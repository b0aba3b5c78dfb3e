import { SealpostError } from '../../errors.ts'

/** Asked just before it is needed; undefined where nobody can be asked. */
export type AskPassphrase = () => Promise<string | undefined>

/** NIST SP 800-63B-4 3.1.1.2: eight characters at the least where it is not the only thing that protects. */
const fewest = 8
/** OpenSSL reads no longer ones (PEM_BUFSIZE). */
const mostOctets = 1023

/**
 * Refuses a passphrase that nobody could open the key with again, or that is soon guessed.
 *
 * @throws SealpostError SP_PASSPHRASE_INVALID, without quoting it
 */
export function requireGoodPassphrase(passphrase: string): string {
  const what =
    Array.from(passphrase).length < fewest
      ? `A passphrase has ${fewest} characters at the least`
      : Buffer.byteLength(passphrase) > mostOctets
        ? `A passphrase has ${mostOctets} octets at the most`
        : /[\0\r\n]/.test(passphrase) || !passphrase.isWellFormed()
          ? 'A passphrase is one line of text'
          : undefined
  if (what !== undefined) throw new SealpostError('SP_PASSPHRASE_INVALID', { what })
  return passphrase
}

/** Asks once, however often it is needed. */
export function askOnce(ask: AskPassphrase = async () => undefined): AskPassphrase {
  let answer: Promise<string | undefined> | undefined
  return async () => (answer ??= ask())
}
