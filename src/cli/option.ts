import { InvalidArgumentError } from 'commander'

/** An option's text, which must not be empty. */
export function requireText(text: string): string {
  if (text === '') throw new InvalidArgumentError('It is empty.')
  return text
}
