import { resolve } from 'node:path'
import { SealpostError } from '../errors.ts'
import { changePassphrase, isKeyEncrypted } from '../evidence/index.ts'
import { type SecretSource, type Settings, loadSettings } from '../settings/index.ts'
import { lockData } from '../store/index.ts'
import { type Exit, exits } from './exit.ts'
import { askNewPassphrase, createKeyOptions } from './passphrase.ts'

interface Given {
  readonly settings?: string
  readonly newEnv?: string
  readonly newFile?: string
  readonly remove?: boolean
}

export async function runKeyPassphrase(given: Given): Promise<Exit> {
  const settings = await loadSettings(given.settings)
  const { data } = settings
  if ([given.newEnv, given.newFile, given.remove].filter((one) => one !== undefined).length > 1)
    throw new SealpostError('SP_USAGE', { what: 'Only one of --new-env, --new-file and --remove makes sense' })
  const encrypted = await isKeyEncrypted(data)
  using _ = lockData(data)
  if (given.remove === true && !encrypted) {
    process.stdout.write('The key has no passphrase.\n')
    return exits.fine
  }
  const { passphrase } = createKeyOptions(settings.evidence)
  // The one that it has is asked for first.
  if (encrypted) await passphrase()
  const source = chooseSource(given, settings, encrypted)
  const next = given.remove === true ? undefined : await askNewPassphrase(source)
  await changePassphrase(data, passphrase, next)
  process.stdout.write(`${describe(next !== undefined, encrypted, source, settings)}\n`)
  return exits.fine
}

/** A key without a passphrase gets the one of the settings, where they name one; there is no other use of it then. */
function chooseSource({ newEnv, newFile, remove }: Given, { evidence }: Settings, encrypted: boolean): SecretSource | undefined {
  if (remove === true) return undefined
  if (newEnv !== undefined) return { kind: 'variable', name: newEnv, where: '--new-env' }
  if (newFile !== undefined) return { kind: 'file', path: resolve(newFile), setting: '--new-file', where: 'the command line' }
  return encrypted ? undefined : evidence.passphrase
}

function describe(now: boolean, before: boolean, source: SecretSource | undefined, { evidence }: Settings): string {
  const done = now
    ? `The key is encrypted with ${before ? 'the new' : 'a'} passphrase. Nobody can open it without: keep the passphrase where the key is not.`
    : 'The key is not encrypted any more.'
  const named = evidence.passphrase
  if (!now && named) return `${done} Take evidence.passphraseEnv or evidence.passphraseFile out of the settings.`
  if (now && named && source !== named) return `${done} See to it that the settings name the new one.`
  return done
}
