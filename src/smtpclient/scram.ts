import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { Credentials, Exchange, Step } from './mechanism.ts'
import { prepareText } from './saslprep.ts'

const derive = promisify(pbkdf2)

/** RFC 7677 4: no fewer than 4096. More than this would be a way to keep us busy: a million take about half a second. */
const iterations = { least: 4096, most: 1_000_000 }

/** RFC 5802 7: server-first-message with the extensions that it may have; `m=` in front demands what we do not know. */
const serverFirst =
  /^r=([\u0021-\u002b\u002d-\u007e]{1,1024}),s=([A-Za-z0-9+/]{1,1366}={0,2}),i=([1-9]\d{0,9})(?:,[A-Za-z]=[^\0,]*)*$/
const serverFinal = /^v=([A-Za-z0-9+/]{43}=)(?:,[A-Za-z]=[^\0,]*)*$/

/**
 * SCRAM-SHA-256 (RFC 5802, RFC 7677) without channel binding: the server gets no password, and proves that it knows it.
 *
 * @param nonce printable ASCII without commas; random where left out
 */
export function beginScram(
  { user, password }: Extract<Credentials, { kind: 'password' }>,
  nonce = randomBytes(24).toString('base64'),
): Exchange {
  // RFC 5802 5.1: commas and equals signs are what parts the attributes.
  const bare = `n=${prepareText(user).replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${nonce}`
  let state: 'first' | 'final' | 'proven' = 'first'
  let expected: Buffer = Buffer.alloc(0)
  return {
    mechanism: 'SCRAM-SHA-256',
    initial: Buffer.from(`n,,${bare}`),
    async respond(challenge) {
      const text = challenge.toString('utf8')
      if (state === 'final') {
        if (!isSignature(text, expected)) return stop('the server does not prove that it knows the password')
        state = 'proven'
        // RFC 4954 4: what a server adds to its consent comes as a challenge, and is answered by an empty line.
        return { kind: 'answer', octets: Buffer.alloc(0) }
      }
      if (state === 'proven') return stop('the server asks for more than the log-in has')
      const match = serverFirst.exec(text)
      const [, theirs = '', salt = '', count = ''] = match ?? []
      if (!match || Buffer.from(salt, 'base64').toString('base64') !== salt)
        return stop('the challenge of the log-in is malformed')
      // RFC 5802 5.1: it begins with ours, and the server adds its own.
      if (!theirs.startsWith(nonce) || theirs.length === nonce.length) return stop('the challenge does not go on from our nonce')
      const times = Number(count)
      if (times < iterations.least || times > iterations.most)
        return stop(`the server wants ${times} iterations, and between ${iterations.least} and ${iterations.most} are safe`)
      state = 'final'
      const salted = await derive(prepareText(password), Buffer.from(salt, 'base64'), times, 32, 'sha256')
      const end = `c=biws,r=${theirs}`
      const whole = `${bare},${text},${end}`
      const clientKey = sign(salted, 'Client Key')
      const signature = sign(createHash('sha256').update(clientKey).digest(), whole)
      expected = sign(sign(salted, 'Server Key'), whole)
      const proof = clientKey.map((octet, at) => octet ^ (signature[at] ?? 0))
      return { kind: 'answer', octets: Buffer.from(`${end},p=${Buffer.from(proof).toString('base64')}`) }
    },
    get unproven() {
      return state === 'proven' ? undefined : 'the server consented without proof that it knows the password'
    },
  }
}

function stop(why: string): Step {
  return { kind: 'stop', why }
}

function sign(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function isSignature(text: string, expected: Buffer): boolean {
  const given = Buffer.from(serverFinal.exec(text)?.[1] ?? '', 'base64')
  return given.length === expected.length && timingSafeEqual(given, expected)
}
