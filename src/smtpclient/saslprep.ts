/**
 * A user name or password in the one form of RFC 4013 that both sides compute with: spaces are plain spaces (2.1), what
 * shows nothing is left out (2.1), composed letters are one (2.2). What RFC 4013 2.3 forbids is passed as it is: the
 * server refuses it, and says so.
 */
export function prepareText(text: string): string {
  // RFC 3454 B.1 and C.1.2
  const spaced = text.replaceAll(/[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/gu, ' ')
  return spaced
    .replaceAll(/\u00ad|\u034f|\u1806|\u180b|\u180c|\u180d|\u200b|\u200c|\u200d|\u2060|[\ufe00-\ufe0f]|\ufeff/gu, '')
    .normalize('NFKC')
}
