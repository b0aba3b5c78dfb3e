import { visible } from '../../escape.ts'
import { findExtension } from '../../smtp/index.ts'
import type { HostObservation } from '../finding.ts'

/** What is offered in the clear that would take a password; no password is ever tried. */
export function findClearLogin({ decisive: { record } }: HostObservation): string | undefined {
  const said = record.capabilities
  if (!said || record.security === 'implicit') return undefined
  const find = (keyword: string) => findExtension(said, keyword)
  switch (record.protocol) {
    case 'smtp':
    case 'lmtp':
      return takesPassword(find('AUTH'))
    case 'imap':
      // RFC 9051 6.2.3: LOGIN works unless LOGINDISABLED stands in the list.
      return find('LOGINDISABLED') ? undefined : 'no LOGINDISABLED before TLS'
    case 'pop3':
      return find('USER') ? 'USER' : takesPassword(find('SASL'))
    case 'sieve':
      return takesPassword(find('SASL'))
  }
}

/** RFC 4616 and LOGIN hand the password over as it is; the others hide it. */
function takesPassword(
  extension: { readonly keyword: string; readonly params: readonly string[] } | undefined,
): string | undefined {
  const clear = extension?.params.filter((name) => /^(?:PLAIN|LOGIN)$/i.test(name)) ?? []
  return extension && clear.length > 0 ? visible(`${extension.keyword} ${clear.join(' ')}`) : undefined
}
