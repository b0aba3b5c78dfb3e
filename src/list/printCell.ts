/**
 * A cell of a CSV that spreadsheets and this program read (RFC 4180). What a spreadsheet would take for a formula gets an
 * apostrophe in front (OWASP, CSV Injection); a number or a telephone number with its sign stays as it is.
 */
export function printCell(text: string): string {
  const guarded = guardCell(text)
  return /[",;|\t\r\n']|^\s|\s$/.test(guarded) ? quote(guarded) : guarded
}

/** The same, in quotes whatever it holds. */
export function printQuotedCell(text: string): string {
  return quote(guardCell(text))
}

function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}

/** The wide signs are read as the others by East Asian versions of spreadsheets. */
function guardCell(text: string): string {
  return /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(text) && !/^[+-][\d ().,/-]*$/.test(text) ? `'${text}` : text
}
