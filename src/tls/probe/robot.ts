import { randomBytes } from 'node:crypto'
import { type ClientHello, type ServerFlight, printRecords } from '../hello/index.ts'
import { readSuite } from '../registry/index.ts'
import { composeHello } from './composeHello.ts'
import { type PremasterForm, encryptPremaster, premasterForms, readRsaKey } from './premaster.ts'
import {
  type KnownServer,
  type NotTested,
  type Open,
  type ProbeOptions,
  type Probed,
  findOldVersion,
  onlyTls13,
} from './probed.ts'
import { type Poke, provoke } from './provoke.ts'
import { tell } from './tell.ts'

interface Answer {
  /** What the server did, in words that are equal for equal answers. */
  readonly words: string
  /** What it said, where it said anything. */
  readonly bytes: Buffer
  /** It wants a certificate of ours, and may break off for that. */
  readonly wantsCertificate: boolean
}

type Answers = ReadonlyMap<PremasterForm, Answer>

/**
 * The return of Bleichenbacher's oracle (ROBOT, robotattack.org, Boeck, Somorovsky, Young 2018): a server must not let
 * show what was wrong with the premaster secret it decrypted (RFC 5246 7.4.7.1). Five forms of it, each with
 * ChangeCipherSpec and a Finished that cannot be right, have to meet the same answer. A difference counts when it shows
 * again.
 */
export async function probeRobot(open: Open, known: KnownServer, options: ProbeOptions): Promise<Probed> {
  const version = findOldVersion(known)
  if (version === undefined) return onlyTls13
  const suites = known.suites.filter(isStaticRsa)
  if (suites.length === 0) return { kind: 'not-applicable', why: 'the server has no suite with static RSA' }
  const hello = composeHello(version, suites, options.servername)
  const first = await askAll(open, hello, options)
  if ('kind' in first) return first
  if (!differ(first)) return judgeEqual(open, hello, first, options)
  // What looks like an end to one connection and a reset to another may be the network's doing: that is asked once more.
  for (let rounds = differ(first, forgetHow) ? 1 : 2; rounds > 0; rounds--) {
    const again = await askAll(open, hello, options)
    if ('kind' in again) return again
    if (premasterForms.some((form) => again.get(form)?.words !== first.get(form)?.words))
      return { kind: 'not-tested', why: 'the server answers the same question differently from time to time' }
  }
  return judgeDifferent(first)
}

/** handshake_failure, no_certificate, bad_certificate, certificate_required: what a client without certificate is told. */
const refusals: ReadonlySet<number> = new Set([40, 41, 42, 116])

/** Static RSA, not for export: those use another key (RFC 2246 7.4.3). */
function isStaticRsa(id: number): boolean {
  const suite = readSuite(id)
  return suite?.exchange === 'rsa' && !suite.export
}

async function askAll(open: Open, hello: ClientHello, options: ProbeOptions): Promise<Answers | NotTested> {
  const answers = new Map<PremasterForm, Answer>()
  for (const form of premasterForms) {
    const provoked = await provoke(open, hello, pokeWith(form, hello.version), options)
    if (provoked.kind !== 'provoked') return provoked
    const { answer, flight } = provoked
    answers.set(form, {
      words: tell(answer),
      bytes: answer.kind === 'record' ? answer.body.subarray(0, 16) : Buffer.alloc(0),
      wantsCertificate: flight.certificateRequest !== undefined,
    })
  }
  return answers
}

function pokeWith(form: PremasterForm, offered: number): Poke {
  return (flight: ServerFlight) => {
    const rsa = readRsaKey(flight.certificates?.[0])
    const secret = rsa && encryptPremaster(form, rsa, offered)
    if (!secret) return { kind: 'not-tested', why: 'the server showed no certificate with an RSA key that works' }
    const { version } = flight
    const length = Buffer.of(secret.length >> 8, secret.length & 0xff)
    // RFC 5246 7.4.7.1: those of SSL 3.0 put no length in front of the secret.
    const body = version === 0x0300 ? secret : Buffer.concat([length, secret])
    const header = Buffer.of(16, 0, body.length >> 8, body.length & 0xff)
    // RFC 5246 7.4.6: who is asked for a certificate and has none says so. SSL 3.0 has an alert for it (RFC 6101 5.6.6).
    const none = !flight.certificateRequest
      ? Buffer.alloc(0)
      : version === 0x0300
        ? printRecords(21, version, Buffer.of(1, 41))
        : printRecords(22, version, Buffer.of(11, 0, 0, 3, 0, 0, 0))
    return Buffer.concat([
      none,
      printRecords(22, version, Buffer.concat([header, body])),
      printRecords(20, version, Buffer.of(1)),
      // As long as a Finished under any of the ciphers may be, and whole blocks.
      printRecords(22, version, randomBytes(64)),
    ])
  }
}

async function judgeEqual(open: Open, hello: ClientHello, answers: Answers, options: ProbeOptions): Promise<Probed> {
  const right = answers.get('right')
  const words = right?.words ?? ''
  const notTested = { kind: 'not-tested', why: `to each form of the premaster secret, the server ${words}` } as const
  if (!right) return notTested
  if (right.wantsCertificate && refusals.has(right.bytes[1] ?? 0))
    return { ...notTested, why: `${notTested.why}, perhaps for want of a client certificate` }
  const safe: Probed = { kind: 'safe', evidence: `to five forms of the premaster secret, the server ${words} each time` }
  if (right.bytes.length > 0) return safe
  // Without a word each time: was it for what we wrote?
  const patient = await provoke(open, hello, pokeWith('right', hello.version), { ...options, patient: true })
  if (patient.kind !== 'provoked') return patient
  return patient.answer.kind === 'closed' && words !== tell({ kind: 'timeout', ms: options.timeoutMs }) ? safe : notTested
}

function judgeDifferent(answers: Answers): Probed {
  const of = (form: PremasterForm): string => answers.get(form)?.words ?? ''
  // Where all that PKCS #1 forbids looks the same, a valid message is told only when all of it is right: an attack takes
  // some millions of questions more.
  const weak = of('wrong-prefix') === of('no-zero') && of('no-zero') === of('misplaced-zero')
  const list = premasterForms.map((form) => `${form}: ${of(form)}`).join('; ')
  const bytes = Buffer.concat(premasterForms.map((form) => answers.get(form)?.bytes.subarray(0, 8) ?? Buffer.alloc(0)))
  return { kind: 'vulnerable', evidence: `a ${weak ? 'weak' : 'strong'} oracle, the same in each round. ${list}`, bytes }
}

function differ(answers: Answers, see: (words: string) => string = (words) => words): boolean {
  return new Set([...answers.values()].map(({ words }) => see(words))).size > 1
}

function forgetHow(words: string): string {
  return words.replace('reset the', 'closed the')
}
