import { InvalidArgumentError } from 'commander'
import type { Level } from '../policy/index.ts'

/** Named here as well, so that help loads no room. */
export const levels = ['opportunistic', 'encrypted', 'valid', 'authenticated'] as const satisfies readonly Level[]

/** An option's text, which must not be empty. */
export function requireText(text: string): string {
  if (text === '') throw new InvalidArgumentError('It is empty.')
  return text
}

/** Texts of an option that may be given more than once. */
export function gatherTexts(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, requireText(text)]
}

/** A whole number from 1. */
export function requireCount(text: string): number {
  const count = Number(text)
  if (/^[0-9]{1,9}$/.test(text) && count > 0) return count
  throw new InvalidArgumentError('It is no whole number from 1.')
}

/** The name of a list, as campaigns give it. */
export function requireListName(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text)) return text
  throw new InvalidArgumentError('It is up to 64 letters, digits, dots, dashes and underscores.')
}
