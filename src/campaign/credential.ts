import { SealpostError } from '../errors.ts'
import { readText } from '../settings/index.ts'
import type { Campaign, CredentialSource } from './campaign.ts'

/** A login, held no longer than it takes to use it. Neither half is enumerable, so that no log or JSON shows it. */
export type Credentials =
  | {
      readonly kind: 'password'
      readonly user: string
      readonly password: string
      readonly mechanism?: 'SCRAM-SHA-256' | 'PLAIN' | 'LOGIN'
    }
  | { readonly kind: 'token'; readonly user: string; readonly token: string }

/**
 * Fetches user name and password, or access token, of the relay, just before they are needed.
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
  const secret =
    login.secret.kind === 'file'
      ? await readSecret(login.secret.path, login.places.secret, login.kind)
      : await fetchSecret(login.secret, login.places.secret, env)
  const { kind, mechanism } = login
  const shown = { kind, ...(mechanism === undefined ? {} : { mechanism }) }
  // It has all that its kind has, of which JSON and logs see only what is no secret.
  return Object.defineProperties(shown as Credentials, { user: { value: user }, [kind]: { value: secret } })
}

async function fetchSecret(
  source: Exclude<CredentialSource, { kind: 'file' }>,
  where: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  if (source.kind === 'literal') return source.value
  const value = env[source.name]
  if (value) return value
  const what = `The environment variable ${source.name} is ${value === undefined ? 'not set' : 'empty'}`
  throw new SealpostError('SP_CREDENTIAL_MISSING', { where, what, next: `Set ${source.name} and run the same command again.` })
}

async function readSecret(path: string, where: string, kind: 'password' | 'token'): Promise<string> {
  let text: string
  try {
    text = await readText(path, 'SP_CREDENTIAL_MISSING')
  } catch (error) {
    const reason = error instanceof SealpostError ? error.what : 'it cannot be read'
    const what = `${kind}File names ${path}: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`
    throw new SealpostError('SP_CREDENTIAL_MISSING', { where, what, next: `Write the ${kind} into that file, alone.` })
  }
  // An editor ends the file with a line break that is no part of the secret.
  const secret = text.replace(/\n$/, '')
  if (!secret.includes('\n')) return secret
  const what = `${kind}File names ${path}, which has several lines`
  throw new SealpostError('SP_CREDENTIAL_MISSING', { where, what, next: `Leave the ${kind} alone in the file.` })
}
