import { SealpostError } from '../errors.ts'
import { parseAddress } from '../smtp/index.ts'
import { type ReturnToken, readToken } from './token.ts'

/**
 * The return path of one message (VERP): `bounces@shop.example` becomes `bounces+<token>@shop.example`, which RFC 5233
 * calls a subaddress. What comes back to it is about that message, whatever else it says or leaves out, and since the token
 * is signed, nobody can make a bounce of a message that he was not sent.
 *
 * @param bouncesAddress the mailbox where bounces are collected; mail to it with a `+` must arrive there too
 * @param token of the message (`printToken`)
 * @throws SealpostError SP_ADDRESS_INVALID where the address is none, or leaves no room for the token
 */
export function printReturnPath(bouncesAddress: string, token: string): string {
  const address = parseAddress(bouncesAddress)
  if (address.kind === 'invalid')
    throw new SealpostError('SP_ADDRESS_INVALID', {
      where: bouncesAddress,
      what: `The address for bounces is malformed: ${address.why}`,
    })
  if (address.local.startsWith('"'))
    throw new SealpostError('SP_ADDRESS_INVALID', { where: bouncesAddress, what: 'The address for bounces needs quotes' })
  // RFC 5321 4.5.3.1: 64 octets for the local part, 254 for all of it. Asked with the longest token there may be, so that an
  // address that is taken stays good however long the queue grows.
  if (Buffer.byteLength(address.local) > 64 - 27 || Buffer.byteLength(address.text) > 254 - 27)
    throw new SealpostError('SP_ADDRESS_INVALID', {
      where: bouncesAddress,
      what: 'The address for bounces is too long: what is signed for each message must fit before its @',
      next: 'Choose one with at most 37 characters before the @.',
    })
  return `${address.local}+${token}@${address.domain}`
}

/** What a return path says whose message it is; undefined where it bears nothing in the form of a token. */
export function readReturnPath(address: string): ReturnToken | undefined {
  const local = address.slice(0, Math.max(0, address.lastIndexOf('@')))
  const plus = local.lastIndexOf('+')
  return plus < 0 ? undefined : readToken(local.slice(plus + 1))
}
