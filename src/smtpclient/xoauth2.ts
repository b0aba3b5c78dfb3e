import type { Credentials, Exchange } from './mechanism.ts'

/**
 * XOAUTH2 as Google and Microsoft document it (developers.google.com/gmail/imap/xoauth2-protocol): a refusal comes as a
 * challenge with JSON, which an empty line answers; then comes the reply that counts.
 */
export function beginXoauth2({ user, token }: Extract<Credentials, { kind: 'token' }>): Exchange {
  let answered = false
  return {
    mechanism: 'XOAUTH2',
    initial: Buffer.from(`user=${user}\u0001auth=Bearer ${token}\u0001\u0001`),
    respond: async () => {
      if (answered) return { kind: 'stop', why: 'the server asks for more than the log-in has' }
      answered = true
      return { kind: 'answer', octets: Buffer.alloc(0) }
    },
    unproven: undefined,
  }
}
