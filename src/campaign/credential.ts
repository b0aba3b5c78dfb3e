import { SealpostError } from '../errors.ts'
import { readText } from '../settings/index.ts'
import type { Campaign, CredentialSource } from './campaign.ts'

/** A login, held no longer than it takes to use it. Neither half is enumerable, so that no log or JSON shows it. */
export interface Credentials {
  readonly user: string
  readonly password: string
}

/**
 * Fetches user name and password of the relay, just before they are needed.
 *
 * @param env the environment, `process.env`
 * @returns undefined where the campaign goes direct or its relay wants no login
 * @throws SealpostError SP_CREDENTIAL_MISSING naming the variable or file, never what is in it
 */
export async function resolveCredentials(
  campaign: Pick<Campaign, 'login'>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Credentials | undefined> {
  const { login } = campaign
  if (!login) return undefined
  const user = await fetchSecret(login.user, login.places.user, env)
  const password = await fetchSecret(login.password, login.places.password, env)
  return Object.defineProperties({} as Credentials, { user: { value: user }, password: { value: password } })
}

async function fetchSecret(
  source: CredentialSource,
  where: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  switch (source.kind) {
    case 'literal':
      return source.value
    case 'variable': {
      const value = env[source.name]
      if (value) return value
      const what = `The environment variable ${source.name} is ${value === undefined ? 'not set' : 'empty'}`
      throw new SealpostError('SP_CREDENTIAL_MISSING', {
        where,
        what,
        next: `Set ${source.name} and run the same command again.`,
      })
    }
    case 'file':
      return readSecret(source.path, where)
  }
}

async function readSecret(path: string, where: string): Promise<string> {
  let text: string
  try {
    text = await readText(path, 'SP_CREDENTIAL_MISSING')
  } catch (error) {
    const reason = error instanceof SealpostError ? error.what : 'it cannot be read'
    const what = `passwordFile names ${path}: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`
    throw new SealpostError('SP_CREDENTIAL_MISSING', { where, what, next: 'Write the password into that file, alone.' })
  }
  // An editor ends the file with a line break that is no part of the password.
  const secret = text.replace(/\n$/, '')
  if (!secret.includes('\n')) return secret
  const what = `passwordFile names ${path}, which has several lines`
  throw new SealpostError('SP_CREDENTIAL_MISSING', { where, what, next: 'Leave the password alone in the file.' })
}
