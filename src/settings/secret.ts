import { z } from 'zod'
import { type ErrorCode, SealpostError } from '../errors.ts'
import { readText } from './text.ts'

/** Where a secret stands, which is never the settings themselves; `where` names the line that says so, `setting` its entry. */
export type SecretSource =
  | { readonly kind: 'variable'; readonly name: string; readonly where: string }
  | { readonly kind: 'file'; readonly path: string; readonly setting: string; readonly where: string }

/** The name of an environment variable that holds a secret. In capitals, as such names mostly are: a secret put here by mistake is then an error that does not repeat it. */
export const secretVariable = z.string().regex(/^[A-Z_][A-Z0-9_]*$/, {
  error: 'must be the name of an environment variable in capitals, such as SMTP_PASSWORD, and not the secret itself',
})

/** The two ways to name where a secret stands, as a settings file has them. */
export function secretEntries(about: string, example?: string) {
  return {
    env: secretVariable.optional().meta({
      title: 'name of a variable',
      description: `The environment variable that holds ${about}.`,
      ...(example === undefined ? {} : { example }),
    }),
    file: z
      .string()
      .min(1)
      .optional()
      .meta({ title: 'file', description: `The file that holds ${about}, in place of a variable.` }),
  }
}

/**
 * Fetches a secret just before it is needed.
 *
 * @param word what it is, in a sentence
 * @param env the environment, `process.env`
 * @throws SealpostError `code`, naming the variable or file, never what is in it
 */
export async function fetchSecret(
  source: SecretSource,
  word: string,
  code: ErrorCode,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  if (source.kind === 'file') return readSecret(source, word, code)
  const { name, where } = source
  const value = env[name]
  if (value) return value
  const what = `The environment variable ${name} is ${value === undefined ? 'not set' : 'empty'}`
  throw new SealpostError(code, { where, what, next: `Set ${name} and run the same command again.` })
}

async function readSecret(
  { path, setting, where }: Extract<SecretSource, { kind: 'file' }>,
  word: string,
  code: ErrorCode,
): Promise<string> {
  let text: string
  try {
    text = await readText(path, code)
  } catch (error) {
    const reason = error instanceof SealpostError ? error.what : 'it cannot be read'
    const what = `${setting} names ${path}: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`
    throw new SealpostError(code, { where, what, next: `Write the ${word} into that file, alone.` })
  }
  // An editor ends the file with a line break that is no part of the secret.
  const secret = text.replace(/\n$/, '')
  if (!secret.includes('\n')) return secret
  const what = `${setting} names ${path}, which has several lines`
  throw new SealpostError(code, { where, what, next: `Leave the ${word} alone in the file.` })
}
