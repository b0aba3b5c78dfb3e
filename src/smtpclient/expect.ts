import type { Answer } from '../starttls/index.ts'
import type { TransactionStage } from './transaction.ts'

/** What an answer is due to; `dot` is the message. */
export type Asked = 'RSET' | 'MAIL' | 'RCPT' | 'DATA' | 'dot'

export const stageOf = { RSET: 'mail', MAIL: 'mail', RCPT: 'rcpt', DATA: 'data', dot: 'dot' } as const satisfies Record<
  Asked,
  TransactionStage
>

/** Whether a reply of that code can be meant for it (RFC 5321 4.3.2); one that cannot says that the two sides are out of step. */
export function fits(asked: Asked, code: number): boolean {
  // RFC 5321 3.8: 421 may come in answer to anything.
  if (code === 421) return true
  switch (asked) {
    case 'RSET':
      return code < 300
    case 'DATA':
      return code === 354 || code >= 400
    case 'MAIL':
    case 'RCPT':
    case 'dot':
      return code < 300 || code >= 400
  }
}

export function wordOf(asked: Asked): string {
  return asked === 'dot' ? 'the message' : asked
}

/** Why there is no reply, in words. */
export function describeSilence(answer: Exclude<Answer, { kind: 'reply' }>): string {
  switch (answer.kind) {
    case 'closed':
      return answer.how === 'reset' ? 'the connection was reset' : 'the server closed the connection'
    case 'timeout':
      return `no answer within ${answer.ms / 1000} s`
    case 'malformed':
      return `the answer is not SMTP: ${answer.why}`
  }
}
