import type { Ended, HelloAnswer, MalformedRecord, TlsRecord } from '../hello/index.ts'
import { alertName } from '../registry/index.ts'

/** What the server did, as a clause without its subject: "answered with alert unexpected_message (10)". */
export function tell(answer: HelloAnswer | TlsRecord | MalformedRecord | Ended): string {
  switch (answer.kind) {
    case 'flight':
      return answer.complete ? 'went on with the handshake' : 'broke off within its flight'
    case 'ssl2':
      return 'answered in SSLv2'
    case 'alert':
      return `answered with alert ${alertName(answer.description)} (${answer.description})`
    case 'record': {
      const description = readAlert(answer)
      if (description === undefined) return `answered with a record of type ${answer.type}`
      return `answered with alert ${alertName(description)} (${description})`
    }
    case 'closed':
      return answer.how === 'end' ? 'closed the connection' : 'reset the connection'
    case 'timeout':
      return `did not answer within ${answer.ms / 1000} s`
    case 'malformed':
      return `answered with ${answer.why}`
  }
}

/** The description of an alert in the clear (RFC 8446 6). */
export function readAlert(answer: TlsRecord | MalformedRecord | Ended): number | undefined {
  return answer.kind === 'record' && answer.type === 21 && answer.body.length === 2 ? answer.body[1] : undefined
}
