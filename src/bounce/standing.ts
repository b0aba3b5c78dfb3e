/**
 * What a failure says about an address. `gone`: no mail will ever be taken there. `passing`: it may be taken another time,
 * or nobody said why. `refused`: the message or its sender was the reason, so the address stands as before.
 */
export type Standing = 'gone' | 'passing' | 'refused'

/** RFC 3463 3.2 and 3.3, RFC 7505 4.2: mailbox, domain or both do not exist, moved without a word, disabled, take no mail. */
const gone = new Set(['5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10', '5.2.1'])

/** RFC 3463 3.2 to 3.4: the sender's own address, and messages that are too large. */
const ours = /^[45]\.(?:1\.[789]|2\.3|3\.4)$/

/** RFC 3463 3.6 to 3.8: protocol, content, security and policy (where blocks, spam and authentication are). */
const refusing = /^[45]\.[567]\./

export function judgeStatus(status: string | undefined): Standing {
  if (status === undefined) return 'passing'
  if (gone.has(status)) return 'gone'
  return ours.test(status) || refusing.test(status) ? 'refused' : 'passing'
}
