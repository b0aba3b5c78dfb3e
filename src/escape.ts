/** Text from servers, lists and files is hostile: these make it safe to show, one function a medium. */

const named: Readonly<Record<string, string>> = { '\r': '\\r', '\n': '\\n', '\t': '\\t', '\\': '\\\\' }

// C0, DEL, C1, the line separators, and the bidirectional controls that turn text round
// (Unicode TR 36), those that are out of use among them (TR 9, 2.8).
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\\]/g

/** Shows control characters as `\xNN` or `\u{N}` so that they cannot steer a terminal; cuts at `limit` characters. */
export function visible(text: string, limit = 500): string {
  const shown = text.slice(0, limit).replace(control, (char) => {
    const code = char.charCodeAt(0)
    return named[char] ?? (code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`)
  })
  return text.length > limit ? `${shown}… (${text.length - limit} more)` : shown
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text for an HTML element or a quoted attribute. */
export function html(text: string): string {
  return visible(text, 10_000).replace(/[&<>"']/g, (char) => entities[char] ?? char)
}

/** What a spreadsheet takes for the beginning of a formula; the wide ones are read as the others in East Asian versions. */
const formula = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

/**
 * A cell of CSV. What a spreadsheet would take for a formula gets an apostrophe in front: addresses and replies come
 * from strangers.
 */
export function csv(text: string): string {
  const shown = visible(text, 10_000)
  return `"${(formula.test(shown) ? `'${shown}` : shown).replaceAll('"', '""')}"`
}

/** Data as JSON for people and programs: what JSON leaves as it is and a terminal would obey is written as \\uXXXX. */
export function json(data: unknown): string {
  return tame(JSON.stringify(data, null, 2))
}

/** The same on one line, without its end. */
export function jsonLine(data: unknown): string {
  return tame(JSON.stringify(data))
}

function tame(text: string): string {
  return text.replace(
    /[\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
