/**
 * Whether a text may be the name of a stored list: up to 64 letters, digits, dashes and underscores. No dot and no slash,
 * so that it never looks like a file.
 */
export function isListName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(text)
}
