import { type Authenticated, type Credentials, authenticate } from '../../src/smtpclient/index.ts'
import { openHop } from '../../src/starttls/index.ts'
import { VirtualClock } from './clock.ts'
import { type DeliveryScript, startDeliveryServer } from './deliveryServer.ts'
import { endpointOf, hopOptions, identity } from './mailHop.ts'

export const password: Credentials = { kind: 'password', user: 'shop', password: 'hunter2' }

export interface LoggedIn {
  readonly result: Authenticated
  /** What the server heard after EHLO, base64 taken away where it is some. */
  readonly said: readonly string[]
  readonly clock: VirtualClock
}

/** Logs in at a server that offers these mechanisms and answers as the script says. */
export async function logInWith(
  mechanisms: string,
  answer: DeliveryScript['answer'],
  credentials: Credentials = password,
): Promise<LoggedIn> {
  const clock = new VirtualClock()
  await using server = await startDeliveryServer({ protocol: 'smtp', identity, offers: [`AUTH ${mechanisms}`], answer })
  const hop = await openHop(endpointOf(server), hopOptions('smtp', { probe: false, security: 'implicit', clock }))
  if (!hop.channel || !hop.record.inside) throw new Error(`no channel: ${hop.end.kind}`)
  const result = await authenticate(hop.channel, hop.record.inside, credentials, 300_000)
  // What was written last is on its way: QUIT comes behind it.
  await hop.leave()
  const said = (server.connections[0]?.said ?? []).slice(1).filter((line) => line !== 'QUIT')
  return {
    result,
    clock,
    said: said.map((line) => line.replace(/[A-Za-z0-9+/=]{8,}$/, (text) => Buffer.from(text, 'base64').toString())),
  }
}

export function challenge(text: string): string {
  return `334 ${Buffer.from(text).toString('base64')}\r\n`
}
