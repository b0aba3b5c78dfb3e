import type { ClientHello, HelloAnswer, Ssl2Hello } from '../hello/index.ts'

/**
 * Puts one hello to the server, on a connection of its own. Undefined where there is no further connection: the budget
 * is used up, or the server has had enough of us. Whoever asks keeps what is known and goes no further.
 */
export type Ask = (hello: ClientHello | Ssl2Hello) => Promise<HelloAnswer | undefined>
