import { SealpostError } from '../errors.ts'
import { type AskPassphrase, type KeyOptions, askOnce } from '../evidence/index.ts'
import { type EvidenceSettings, type SecretSource, fetchSecret } from '../settings/index.ts'
import { askHidden } from './askHidden.ts'

/** What opens the key of the evidence: as the settings say, or as somebody at the terminal says. */
export function createKeyOptions({ passphrase, origin }: EvidenceSettings): KeyOptions & {
  readonly passphrase: AskPassphrase
} {
  return {
    origin,
    protect: passphrase !== undefined,
    passphrase: askOnce(async () =>
      passphrase === undefined ? askHidden('Passphrase of the evidence key: ') : fetchPassphrase(passphrase),
    ),
  }
}

/** @throws SealpostError SP_PASSPHRASE_MISSING naming the variable or file */
async function fetchPassphrase(source: SecretSource): Promise<string> {
  return fetchSecret(source, 'passphrase', 'SP_PASSPHRASE_MISSING', process.env)
}

/**
 * A new passphrase: as the settings say, else asked for twice.
 *
 * @throws SealpostError SP_PASSPHRASE_MISSING where there is neither, SP_PASSPHRASE_INVALID where the two differ
 */
export async function askNewPassphrase(source: SecretSource | undefined): Promise<string> {
  if (source) return fetchPassphrase(source)
  const first = await askHidden('New passphrase of the evidence key: ')
  if (first === undefined) {
    throw new SealpostError('SP_PASSPHRASE_MISSING', {
      what: 'There is no terminal to ask for a passphrase at',
      next: 'Name the variable or file that holds it, or run the command at a terminal.',
    })
  }
  if ((await askHidden('The same once more: ')) === first) return first
  throw new SealpostError('SP_PASSPHRASE_INVALID', { what: 'The two are not the same', next: 'Run the same command again.' })
}
