import { tokenPattern } from './token.ts'

/** Addresses of one mail that are looked at. */
const most = 50

/**
 * The token in a mail that asks to be let go: `unsubscribe+TOKEN@…` among whom it went to, or `unsubscribe TOKEN` in its
 * subject, with whatever a mail program put before it. Whether it is one of ours is another question.
 *
 * @param addressees values of headers that name whom the mail went to
 * @param subject decoded
 */
export function findToken(addressees: readonly string[], subject: string): string | undefined {
  const named = addressees.flatMap((value) => value.slice(0, 4096).match(/[^\s<>()",;:@]+(?=@)/g) ?? []).slice(0, most)
  const candidates = [
    ...named.flatMap((local) => /\+([^+]+)$/.exec(local)?.[1] ?? []),
    ...(/\bunsubscribe\s+(\S{1,80})/i.exec(subject.slice(0, 1000))?.slice(1) ?? []),
  ]
  return candidates.find((one) => tokenPattern.test(one))
}
