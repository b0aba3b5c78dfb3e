/**
 * A cell of a CSV that spreadsheets and this program read (RFC 4180). What a spreadsheet would take for a formula gets an
 * apostrophe in front (OWASP, CSV Injection); a number or a telephone number with its sign stays as it is.
 */
export function printCell(text: string): string {
  const guarded = /^[=+\-@\t\r]/.test(text) && !/^[+-][\d ().,/-]*$/.test(text) ? `'${text}` : text
  return /[",;|\t\r\n']|^\s|\s$/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}
