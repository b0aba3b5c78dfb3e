import { SealpostError } from '../../errors.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** A variable of the environment that a provider's key is read from. */
export interface KeyVariable {
  readonly name: string
  readonly required: boolean
}

/** A provider's API key. What is in it shows in no log, JSON or error: it can only be read by name, to be sent. */
export class Key {
  readonly #values: ReadonlyMap<string, string>

  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values
  }

  read(name: string): string | undefined {
    return this.#values.get(name)
  }

  /** Takes the key out of text that is about to be shown: a hostile answer may hold what we sent, as it was or encoded. */
  hide(text: string): string {
    return (
      [...this.#values.values()]
        .flatMap((value) => [value, JSON.stringify(value).slice(1, -1), basic(value)])
        .filter((form) => form.length >= 4)
        .toSorted((one, other) => other.length - one.length)
        // Whatever the case: domain names lose theirs.
        .reduce((shown, form) => shown.replace(new RegExp(escapePattern(form), 'gi'), '[key]'), text)
    )
  }
}

function escapePattern(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, '\\$&')
}

/** User name and key as HTTP's Basic scheme sends them (RFC 7617 2). */
export function basic(key: string, user = 'api'): string {
  return Buffer.from(`${user}:${key}`, 'utf8').toString('base64')
}

/**
 * Fetches a key from the environment.
 *
 * @throws SealpostError SP_API_KEY_MISSING naming the variable, never what is in it
 */
export function resolveKey(provider: string, variables: readonly KeyVariable[], env: Environment): Key {
  const values = new Map<string, string>()
  for (const { name, required } of variables) {
    const value = env[name]
    if (!value) {
      if (!required) continue
      const state = value === undefined ? 'not set' : 'empty'
      throw new SealpostError('SP_API_KEY_MISSING', {
        where: provider,
        what: `The environment variable ${name} is ${state}`,
        next: `Set ${variables
          .filter((variable) => variable.required)
          .map((variable) => variable.name)
          .join(' and ')} and run the same command again; docs/esp-policy.md says what the key must be allowed to do.`,
      })
    }
    // It goes into a header line: what is no visible ASCII would be a mistake in copying, or end the line.
    if (!/^[\u0021-\u007e]{1,8192}$/.test(value))
      throw new SealpostError('SP_API_KEY_MISSING', {
        where: provider,
        what: `The environment variable ${name} holds no key: there are spaces, line breaks or other characters in it that no key has`,
        next: `Set ${name} to the key alone.`,
      })
    values.set(name, value)
  }
  return new Key(values)
}
