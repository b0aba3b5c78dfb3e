import type { Duplex } from 'node:stream'
import { agree, agree13, agreeOnVersion, alerts, type Agreement13 } from './agree.ts'
import { soundBehaviour, type TlsBehaviour } from './behaviour.ts'
import type { SeenHello } from './clientHello.ts'
import { composeFlight } from './flight.ts'
import { answerShare } from './group.ts'
import { hearClient, hearEncrypted, hearRest } from './hearClient.ts'
import { takeOwnIdentities, type TlsIdentity } from './identity.ts'
import { isBeyond } from './intolerance.ts'
import { Malformed } from './octets.ts'
import { contentTypes, printAlert, printRecord } from './record.ts'
import type { TlsSeen } from './seen.ts'
import { printHelloRetry, printServerHello13 } from './serverHello.ts'
import { keyTypeOf } from './sign.ts'
import { printSsl2Answer } from './ssl2.ts'
import { takeHello } from './takeHello.ts'
import { type Notes, openNotes, Over, Talk } from './talk.ts'
import { Wire } from './wire.ts'

/**
 * Takes over a connection at the moment where the client's first octet of TLS is due. It resolves once the connection
 * is over, whatever the client did; it rejects where the behaviour asks for something there is not.
 *
 * @example
 * ```ts
 * const seen = await speakTls(socket, { versions: [0x0301], suites: [0x002f] })
 * ```
 */
export async function speakTls(stream: Duplex, behaviour: Partial<TlsBehaviour> = {}): Promise<TlsSeen> {
  const notes = openNotes()
  await converse(new Wire(stream), behaviour, notes)
  return notes
}

/** The same, over octets that may have been read too far already, and with notes that can be looked at meanwhile. */
export async function converse(wire: Wire, behaviour: Partial<TlsBehaviour>, notes: Notes): Promise<void> {
  const talk = new Talk(wire, { ...soundBehaviour, ...behaviour }, notes)
  try {
    await answer(talk)
  } catch (error) {
    if (error instanceof Over) return
    if (!(error instanceof Malformed)) throw error
    notes.end = { kind: 'malformed', why: error.message }
    await endBy(talk, error.alert)
  } finally {
    wire.hangUp()
  }
}

async function endBy(talk: Talk, alert: number): Promise<void> {
  try {
    await talk.sayAlert(alert)
  } catch (error) {
    if (!(error instanceof Over)) throw error
  }
}

async function answer(talk: Talk): Promise<void> {
  const { behaviour } = talk
  await talk.pass('start')
  const hello = await hear(talk)
  await talk.pass('hello')
  for (const intolerance of behaviour.intolerances) {
    if (isBeyond(hello, intolerance)) await talk.react(intolerance.reaction)
  }
  const identities = await findIdentities(hello, behaviour)
  if (hello.form === 'ssl2') return answerSsl2(talk, hello, identities)
  if (hello.servername !== undefined && behaviour.unrecognizedName === 'fatal') {
    await talk.react({ alert: alerts.unrecognizedName })
  }
  const version = agreeOnVersion(hello, behaviour)
  if (version < 0x0300) return talk.react({ alert: version })
  talk.version = Math.min(version, 0x0303)
  // RFC 6066 3: a warning, and the handshake goes on (TLS 1.3 knows no such thing).
  if (hello.servername !== undefined && behaviour.unrecognizedName === 'warning' && version < 0x0304) {
    await talk.write(printAlert('warning', alerts.unrecognizedName, talk.version))
  }
  return version === 0x0304 ? answer13(talk, hello) : answer12(talk, hello, version, identities)
}

async function hear(talk: Talk): Promise<SeenHello> {
  const hello = await takeHello(talk)
  talk.notes.hellos.push(hello)
  // An alert before a version is agreed on has the client's, as far as there is one.
  talk.version = Math.min(Math.max(hello.version, 0x0300), 0x0303)
  return hello
}

async function findIdentities({ servername }: SeenHello, behaviour: TlsBehaviour): Promise<readonly TlsIdentity[]> {
  const { identities, identitiesWithoutSni } = behaviour
  if (servername === undefined && identitiesWithoutSni) return identitiesWithoutSni
  return identities ?? takeOwnIdentities()
}

async function answerSsl2(talk: Talk, hello: SeenHello, identities: readonly TlsIdentity[]): Promise<void> {
  const { versions, kinds } = talk.behaviour
  if (!versions.includes(0x0002)) return talk.react({ alert: alerts.protocolVersion })
  // SSLv2 knows no key but RSA's.
  const certificate = identities.find(({ key }) => keyTypeOf(key) === 'rsa')?.chain[0]
  await talk.pass('server_hello')
  await talk.write(printSsl2Answer(hello, certificate ? kinds : [], certificate ?? Buffer.alloc(0)))
  talk.notes.chosen = { version: 0x0002, suite: 0, group: undefined, compression: 0 }
  await talk.pass('flight')
  return hearRest(talk)
}

async function answer12(talk: Talk, hello: SeenHello, version: number, identities: readonly TlsIdentity[]): Promise<void> {
  const agreed = agree(hello, version, talk.behaviour, identities)
  if (typeof agreed === 'number') return talk.react({ alert: agreed })
  const { suite, group, compression } = agreed
  talk.notes.chosen = { version, suite: suite.id, group, compression, ...talk.behaviour.forced }
  await talk.writeFlight(composeFlight(hello, agreed, talk.behaviour))
  return hearClient(talk, hello, agreed)
}

async function answer13(talk: Talk, first: SeenHello): Promise<void> {
  const { behaviour, notes } = talk
  let hello = first
  let agreed = await agreeBy13(talk, hello)
  const choose = ({ suite, group }: Agreement13): void => {
    notes.chosen = { version: 0x0304, suite, group, compression: 0, ...behaviour.forced }
  }
  for (let retries = 0; asksAgain(talk, agreed, retries); retries++) {
    const group = behaviour.helloRetry === 'given-group' ? (hello.keyShares?.[0]?.group ?? agreed.group) : agreed.group
    choose({ ...agreed, group })
    const bytes = printHelloRetry(hello, agreed.suite, group, behaviour)
    await talk.writeFlight([{ name: 'hello_retry_request', bytes }])
    hello = await hear(talk)
    checkSecond(hello, group, behaviour)
    agreed = await agreeBy13(talk, hello)
  }
  const share = answerShare(agreed.group, agreed.share ?? Buffer.alloc(0))
  choose(agreed)
  await talk.writeFlight([{ name: 'server_hello', bytes: printServerHello13(hello, agreed, share, behaviour) }])
  if (behaviour.encrypted !== 'records') return talk.react(behaviour.encrypted)
  // RFC 8446 D.4: a client that sent a session id waits for this one.
  if (hello.sessionId.length > 0) await talk.write(printRecord(contentTypes.changeCipherSpec, 0x0303, Buffer.from([1])))
  return hearEncrypted(talk)
}

async function agreeBy13(talk: Talk, hello: SeenHello): Promise<Agreement13> {
  const agreed = agree13(hello, talk.behaviour)
  return typeof agreed === 'number' ? talk.react({ alert: agreed }) : agreed
}

/** RFC 8446 4.1.4: once at most, and only for a group without a share; unless the behaviour is to break that. */
function asksAgain({ behaviour: { helloRetry } }: Talk, { share }: Agreement13, retries: number): boolean {
  if (helloRetry === 'twice') return retries < 2
  return retries === 0 && (helloRetry === 'given-group' || share === undefined)
}

/** RFC 8446 4.1.2: the second hello has the one share that was asked for, and the cookie. */
function checkSecond(hello: SeenHello, group: number, { cookie }: TlsBehaviour): void {
  const groups = hello.keyShares?.map((share) => share.group)
  if (groups?.length !== 1 || groups[0] !== group) throw new Malformed(`not the share of ${group} that was asked for`, 47)
  const echoed = hello.extensions.find(({ type }) => type === 44)?.data.subarray(2)
  if (cookie && !echoed?.equals(cookie)) throw new Malformed('the cookie did not come back', 47)
}
