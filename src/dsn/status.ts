/** The code at the start of a Status field, which a comment may follow (RFC 3464 2.3.4, RFC 3463 2). */
export function parseStatus(text: string | undefined): string | undefined {
  return /^\s*([245]\.\d{1,3}\.\d{1,3})(?![\d.])/.exec(text ?? '')?.[1]
}

/**
 * The code that says most. Many servers report `5.0.0`, "something failed", beside a diagnostic in which the remote server
 * was precise; it is taken from there where it is of the same class, and stands behind a reply code as RFC 2034 4 has it.
 */
export function chooseStatus(reported: string | undefined, diagnostic: string | undefined): string | undefined {
  const said = /(?:^|[\s:])[245]\d\d[ -]([245]\.\d{1,3}\.\d{1,3})(?=\s|$)/.exec(diagnostic?.slice(0, 2000) ?? '')?.[1]
  if (said === undefined || (reported !== undefined && !/^[245]\.0\.0$/.test(reported))) return reported
  return reported === undefined || reported[0] === said[0] ? said : reported
}
