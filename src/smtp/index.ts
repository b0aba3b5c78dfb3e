/** RFC 5321 on paper: addresses, commands, replies, capabilities. No sockets. */
export { type Address, type AddressProblem, parseAddress } from './address.ts'
export { printCommand } from './command.ts'
export { parseDomain } from './domain.ts'
export { stuffDots } from './dot.ts'
export { type Capabilities, type Extension, findExtension, parseEhlo } from './ehlo.ts'
export { type NamedAddress, parseMailbox } from './mailbox.ts'
export { type Malformed, type Reply, ReplyParser, replyText } from './reply.ts'
