import { type Reply, ReplyParser, parseEhlo, printCommand, replyText } from '../smtp/index.ts'
import type { Asked, Dialect } from './dialect.ts'
import { commandsOf } from './protocol.ts'
import type { Said, Standing } from './said.ts'

/** RFC 3207, and RFC 2033 for LMTP, which differs in the one word LHLO. */
export const smtp: Dialect<Reply> = createDialect('smtp')
export const lmtp: Dialect<Reply> = createDialect('lmtp')

function createDialect(protocol: 'smtp' | 'lmtp'): Dialect<Reply> {
  return {
    protocol,
    createParser: () => new ReplyParser(),
    show: (reply) => reply.lines.map((line, at) => `${reply.code}${at < reply.lines.length - 1 ? '-' : ' '}${line}`),
    understand(asked, _tag, [reply]) {
      if (!reply) return undefined
      const said = classifyReply(asked, reply)
      return {
        said,
        ...(asked === 'ehlo' && said.standing === 'yes' ? { capabilities: parseEhlo(reply) } : {}),
        oddities: reply.bareLf ? ['bare-lf'] : [],
      }
    },
    isSpeech: (text) => /^[2-5]\d\d[ -]/.test(text),
    slip: (nonce) => printCommand(commandsOf[protocol].ehlo, `${nonce}.invalid`),
    findSlipped,
  }
}

/** The code that grants what was asked (RFC 5321 4.3.2, RFC 3207 4). */
const granting: Readonly<Record<Asked, number>> = { greeting: 220, ehlo: 250, helo: 250, starttls: 220, quit: 221, sync: 250 }

/** What a reply comes to as the answer to something. */
export function classifyReply(asked: Asked, reply: Reply): Said {
  return { standing: findStanding(asked, reply.code), text: replyText(reply), reply }
}

function findStanding(asked: Asked, code: number): Standing {
  // RFC 5321 3.8: 421 may come at any time and closes the channel.
  if (code === 421) return 'closing'
  if (code === granting[asked]) return 'yes'
  if (code >= 500) return 'never'
  return code >= 400 ? 'later' : 'odd'
}

/**
 * RFC 5321 4.1.1: one reply a command, in order. Ours are EHLO and QUIT, so a third is an answer to the one slipped in;
 * where the server closes without a word to QUIT, a second list of keywords gives it away.
 */
function findSlipped(replies: readonly Reply[]): string | undefined {
  const [first, second, third] = replies
  // A 221 in the second place is the answer to QUIT (RFC 5321 4.1.1.10), whatever follows it.
  if (!first || !second || second.code === 221 || second.code === 421) return undefined
  const isList = second.code === 250 && second.lines.length > 1
  return third || isList ? replyText(first) : undefined
}
