import type { Credentials, Exchange, Step } from './mechanism.ts'

type Password = Extract<Credentials, { kind: 'password' }>

const finished: Step = { kind: 'stop', why: 'the server asks for more than the log-in has' }

/** RFC 4616 2: no identity to act for, then user and password. */
export function beginPlain({ user, password }: Password): Exchange {
  return {
    mechanism: 'PLAIN',
    initial: Buffer.from(`\0${user}\0${password}`),
    respond: async () => finished,
    unproven: undefined,
  }
}

/** What servers call LOGIN, and no RFC describes: they ask for one thing, then for the other, in words that vary. */
export function beginLogin({ user, password }: Password): Exchange {
  const left = [user, password]
  return {
    mechanism: 'LOGIN',
    initial: undefined,
    respond: async () => {
      const next = left.shift()
      return next === undefined ? finished : { kind: 'answer', octets: Buffer.from(next) }
    },
    unproven: undefined,
  }
}
