import type { SharedRule } from './rule.ts'

/**
 * What providers publish for those who send to them, by their id. Others publish no numbers, or none that could be
 * found, and are taken as they answer.
 */
export const published: Readonly<Record<string, SharedRule['change']>> = {
  // help.yahoo.com/kb/SLN3433.html: 20 messages a connection, then it is closed without a reply; several connections
  // are welcome, and how many is not said.
  yahoo: { messagesPerConnection: 20 },
  // sendersupport.olc.protection.outlook.com/pm/policies.aspx: not more than 500 connections at a time without prior
  // arrangement. Each customer has hosts of its own, so those of a lane would hold for one customer: a tenth of 500.
  microsoft: { connections: 50 },
}
