import { randomBytes } from 'node:crypto'
import { alerts, type Agreement } from './agree.ts'
import type { SeenHello } from './clientHello.ts'
import { answerHeartbeat } from './heartbeat.ts'
import { takeExportKey } from './keyExchange.ts'
import { Malformed, Reader } from './octets.ts'
import { classifyPremaster } from './premaster.ts'
import { contentTypes, printRecord, type TlsRecord } from './record.ts'
import type { Talk } from './talk.ts'

/**
 * Hears what a client of TLS 1.2 or below says after the server's flight. No keys are derived: whatever comes encrypted
 * is answered as a Finished that does not decrypt.
 */
export async function hearClient(talk: Talk, hello: SeenHello, agreement: Agreement): Promise<void> {
  const { behaviour } = talk
  let state: 'clear' | 'keyed' | 'encrypted' | 'encrypted-early' = 'clear'
  let handshake: Buffer = Buffer.alloc(0)
  for (;;) {
    const record = await talk.takeRecord()
    talk.note(record)
    if (state === 'encrypted') await refuseFinished(talk)
    // CVE-2014-0224: from here on it reads by keys made of nothing.
    if (state === 'encrypted-early') await talk.react({ alert: alerts.badRecordMac })
    switch (record.type) {
      case contentTypes.alert:
        await talk.hearAlert(record)
        break
      case contentTypes.heartbeat:
        await hearHeartbeat(talk, record)
        break
      case contentTypes.changeCipherSpec:
        await talk.pass('change_cipher_spec')
        if (state === 'clear' && !behaviour.earlyCcs) await talk.refuseMessage()
        state = state === 'clear' ? 'encrypted-early' : 'encrypted'
        break
      case contentTypes.handshake:
        handshake = Buffer.concat([handshake, record.body])
        for (let message = takeMessage(handshake); message; message = takeMessage(handshake)) {
          handshake = handshake.subarray(message.length)
          if (await hearMessage(talk, message, hello, agreement)) state = 'keyed'
        }
        break
      default:
        await talk.refuseMessage()
    }
  }
}

/** Sends what looks like the encrypted rest of a flight of TLS 1.3, and hears the client out. */
export async function hearEncrypted(talk: Talk): Promise<void> {
  // EncryptedExtensions, Certificate, CertificateVerify and Finished are about so long.
  for (const octets of [27, 950, 281, 69]) {
    await talk.write(printRecord(contentTypes.applicationData, 0x0303, randomBytes(octets)))
  }
  return hearRest(talk, true)
}

/** Hears records until the client leaves; to what is encrypted there is no answer but to leave. */
export async function hearRest(talk: Talk, framed = false): Promise<void> {
  if (!framed) {
    await talk.wire.drain()
    talk.leave()
  }
  for (;;) {
    const record = await talk.takeRecord()
    talk.note(record)
    if (record.type === contentTypes.alert) await talk.hearAlert(record)
    if (record.type === contentTypes.applicationData) await talk.react('close')
  }
}

function takeMessage(handshake: Buffer): Buffer | undefined {
  if (handshake.length < 4) return undefined
  const length = 4 + handshake.readUIntBE(1, 3)
  if (length > 65_536) throw new Malformed(`handshake message of ${length} octets`)
  return handshake.length < length ? undefined : handshake.subarray(0, length)
}

/** True for a ClientKeyExchange; a Certificate and its CertificateVerify are let through where they were asked for. */
async function hearMessage(talk: Talk, message: Buffer, hello: SeenHello, agreement: Agreement): Promise<boolean> {
  const asked = talk.behaviour.certificateRequest !== undefined
  if (asked && (message[0] === 11 || message[0] === 15)) return false
  if (message[0] !== 16) await talk.refuseMessage()
  readKeyExchange(talk, message.subarray(4), hello, agreement)
  await talk.pass('client_key_exchange')
  await showOracle(talk, 'client_key_exchange')
  return true
}

/** RFC 5246 7.4.7, RFC 8422 5.7. */
function readKeyExchange(talk: Talk, body: Buffer, hello: SeenHello, { suite, version, identity }: Agreement): void {
  const reader = new Reader(body)
  if (suite.exchange === 'ecdhe') {
    reader.vector(1, 'ecdh_Yc')
  } else if (suite.exchange === 'rsa' || suite.exchange === 'rsa-export') {
    // SSL 3.0 has no length before it (RFC 6101 5.6.7.1).
    const ciphertext = version === 0x0300 ? reader.take(reader.left, 'encrypted') : reader.vector(2, 'EncryptedPreMasterSecret')
    const key = suite.exchange === 'rsa-export' ? takeExportKey(suite) : identity?.key
    if (key) talk.notes.premaster = classifyPremaster(key, ciphertext, hello.version)
  } else if (suite.exchange === 'dhe' || suite.exchange === 'dhe-export') {
    reader.vector(2, 'dh_Yc')
  } else {
    return
  }
  reader.end('ClientKeyExchange')
}

async function refuseFinished(talk: Talk): Promise<void> {
  await talk.pass('finished')
  await showOracle(talk, 'finished')
  await talk.react({ alert: alerts.badRecordMac })
}

/** ROBOT: a sound server lets nothing show of what it found inside (RFC 5246 7.4.7.1). */
async function showOracle(talk: Talk, when: 'client_key_exchange' | 'finished'): Promise<void> {
  const { premaster } = talk.notes
  const shown = premaster && talk.behaviour.robot[premaster]
  if (shown?.when === when) await talk.react(shown.reaction)
}

async function hearHeartbeat(talk: Talk, { body }: TlsRecord): Promise<void> {
  const { heartbeat } = talk.behaviour
  await talk.pass('heartbeat')
  if (heartbeat === 'none') await talk.refuseMessage()
  const response = answerHeartbeat(body, talk.version, heartbeat === 'bleeding')
  if (response) await talk.write(response)
}
