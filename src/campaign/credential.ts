import { type SecretSource, fetchSecret } from '../settings/index.ts'
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
  const fetch = async (source: CredentialSource, where: string, word: string): Promise<string> =>
    source.kind === 'literal' ? source.value : fetchSecret(locate(source, where, word), word, 'SP_CREDENTIAL_MISSING', env)
  const user = await fetch(login.user, login.places.user, 'user')
  const secret = await fetch(login.secret, login.places.secret, login.kind)
  const { kind, mechanism } = login
  const shown = { kind, ...(mechanism === undefined ? {} : { mechanism }) }
  // It has all that its kind has, of which JSON and logs see only what is no secret.
  return Object.defineProperties(shown as Credentials, { user: { value: user }, [kind]: { value: secret } })
}

function locate(source: Exclude<CredentialSource, { kind: 'literal' }>, where: string, word: string): SecretSource {
  return source.kind === 'variable' ? { ...source, where } : { ...source, where, setting: `${word}File` }
}
