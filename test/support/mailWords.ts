import type { Protocol } from '../../src/starttls/index.ts'
import type { MailCommand } from './mailServer.ts'

/** What good servers of each protocol say. */

export function greetHappily(protocol: Protocol, secure: boolean): string {
  switch (protocol) {
    case 'smtp':
      return '220 mx.example.test ESMTP\r\n'
    case 'lmtp':
      return '220 mx.example.test LMTP\r\n'
    case 'imap':
      return `* OK [CAPABILITY ${imapCapabilities(secure)}] ready\r\n`
    case 'pop3':
      return '+OK ready\r\n'
    case 'sieve':
      return listSieve(secure)
  }
}

/** ManageSieve lists its capabilities again once TLS stands (RFC 5804 2.2); the others wait to be asked. */
export function tellAfterTls(protocol: Protocol): string {
  return protocol === 'sieve' ? listSieve(true) : ''
}

export function answerHappily(protocol: Protocol, command: MailCommand): string {
  switch (protocol) {
    case 'smtp':
    case 'lmtp':
      return answerSmtp(protocol, command)
    case 'imap':
      return answerImap(command)
    case 'pop3':
      return answerPop3(command)
    case 'sieve':
      return answerSieve(command)
  }
}

function answerSmtp(protocol: 'smtp' | 'lmtp', { verb, secure }: MailCommand): string {
  switch (verb) {
    case 'EHLO':
    case 'LHLO':
      if ((verb === 'LHLO') !== (protocol === 'lmtp')) return '500 5.5.1 Unknown command\r\n'
      return secure ? '250-mx.example.test\r\n250 AUTH PLAIN\r\n' : '250-mx.example.test\r\n250 STARTTLS\r\n'
    case 'STARTTLS':
      return '220 2.0.0 Ready to start TLS\r\n'
    case 'MAIL':
    case 'RSET':
      return '250 2.0.0 Ok\r\n'
    case 'RCPT':
      return '503 5.5.1 Say MAIL first\r\n'
    case 'QUIT':
      return '221 2.0.0 Bye\r\n'
    default:
      return '502 5.5.1 Not implemented\r\n'
  }
}

function answerImap({ tag, verb, secure }: MailCommand): string {
  switch (verb) {
    case 'CAPABILITY':
      return `* CAPABILITY ${imapCapabilities(secure)}\r\n${tag} OK done\r\n`
    case 'STARTTLS':
      return `${tag} OK Begin TLS negotiation now\r\n`
    case 'NOOP':
      return `${tag} OK done\r\n`
    case 'LOGOUT':
      return `* BYE logging out\r\n${tag} OK done\r\n`
    default:
      return `${tag} BAD unknown\r\n`
  }
}

function imapCapabilities(secure: boolean): string {
  return secure ? 'IMAP4rev2 AUTH=PLAIN' : 'IMAP4rev2 STARTTLS LOGINDISABLED'
}

function answerPop3({ verb, secure }: MailCommand): string {
  switch (verb) {
    case 'CAPA':
      return `+OK list follows\r\nUIDL\r\n${secure ? 'SASL PLAIN' : 'STLS'}\r\n.\r\n`
    case 'STLS':
      return '+OK Begin TLS\r\n'
    case 'QUIT':
      return '+OK bye\r\n'
    default:
      return '-ERR unknown\r\n'
  }
}

function answerSieve({ verb, line, secure }: MailCommand): string {
  switch (verb) {
    case 'CAPABILITY':
      return listSieve(secure)
    case 'STARTTLS':
      return 'OK "Begin TLS negotiation now"\r\n'
    case 'NOOP': {
      const tag = /^NOOP "(.*)"$/i.exec(line)?.[1] ?? ''
      return `OK (TAG {${tag.length}}\r\n${tag}) "Done"\r\n`
    }
    case 'LOGOUT':
      return 'OK "Bye"\r\n'
    default:
      return 'NO "Unknown"\r\n'
  }
}

function listSieve(secure: boolean): string {
  const last = secure ? '"SASL" "PLAIN LOGIN"' : '"StartTLS"'
  return `"IMPLEMENTATION" "Example"\r\n"SIEVE" "fileinto vacation"\r\n${last}\r\n"VERSION" "1.0"\r\nOK\r\n`
}
