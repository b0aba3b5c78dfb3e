import { type KeyObject, createHash, createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { type EvidenceReceipt, type Json, canonicalize, handoverText, leafFormat } from '../../src/evidence/verify/index.ts'
import type { Peer } from '../../src/evidence/facts.ts'
import { type ReceiptParts, issueReceipt } from '../../src/evidence/receipt/index.ts'
import {
  LogWriter,
  MemoryStore,
  type Note,
  type Signer,
  TileTree,
  addSignatures,
  issueReceipt as issueProof,
  makeSigner,
  parseNote,
  printReceipt as printProof,
  printVerifier,
} from '../../src/tlog/index.ts'

export const logOrigin = 'sealpost.invalid/0123456789abcdef'

/** A leaf as it is to be, or changed. */
export type Change = Readonly<Record<string, Json>>

/** What a log of this kind may have that is out of the ordinary. */
export interface LogOptions {
  /** Keys of the log: each but the last hands over to the next one. */
  readonly signers?: readonly Signer[]
  /** The peer in the clear. */
  readonly clear?: boolean
  readonly certificates?: readonly { readonly der: Uint8Array; readonly spki: Uint8Array }[]
  readonly session?: Change
  readonly attempt?: Change
  /** The attempt names no session. */
  readonly alone?: boolean
  /** Attempts of others before and after it. */
  readonly others?: number
  readonly peer?: Change
  /** Signs the checkpoint as well, at this time. */
  readonly witness?: { readonly signer: Signer; readonly time: number }
  readonly sessionLast?: boolean
}

export interface ProvenLog {
  readonly store: MemoryStore
  readonly receipt: EvidenceReceipt
  readonly parts: ReceiptParts
  readonly note: Note
  readonly signers: readonly Signer[]
  /** The verifier key of the first signer. */
  readonly vkey: string
  /** Makes the receipt's proof of any leaf. */
  prove(index: number): Promise<string>
}

export function makeLogSigner(origin = logOrigin, type: 'note' | 'cosignature' = 'note'): Signer {
  return makeSigner(origin, type, generateKeyPairSync('ed25519').privateKey)
}

/** Node's own HMAC, not the code under test. */
export function commitWith(key: Uint8Array, what: string, value: string): string {
  return createHmac('sha256', key).update(what).update('\0').update(value).digest('base64url')
}

const sha256Hex = (octets: Uint8Array): string => createHash('sha256').update(octets).digest('hex')

const time = '2026-11-25T09:00:00.000Z'

/** A log with a session, an attempt in it to ada@example.org, and the receipt of that. */
export async function makeProvenLog(options: LogOptions = {}): Promise<ProvenLog> {
  const { signers = [makeLogSigner()], others = 3, certificates = [] } = options
  const last = signers.at(-1)
  const first = signers[0]
  if (!last || !first) throw new Error('a log needs a key')
  const store = new MemoryStore()
  const writer = await LogWriter.open(store, { origin: logOrigin, signers: [last] })
  const append = (leaf: Change): number => writer.append(Buffer.from(canonicalize(leaf)))
  const leaves: Change[] = []
  const add = (leaf: Change): number => {
    leaves.push(leaf)
    return append(leaf)
  }
  const rotations = signers.slice(1).map((to, place) => add(rotationAct(signers[place] ?? to, to)))
  for (let other = 0; other < others; other += 1) add({ ...makeAttempt(randomBytes(32), null), domain: 'example.net' })

  const [key, sessionKey] = [randomBytes(32), randomBytes(32)]
  const peer = makePeer(certificates, options.peer)
  const id = randomBytes(16).toString('base64url')
  const sessionLeaf: Change = {
    format: leafFormat,
    kind: 'session',
    time,
    id,
    peer: options.clear === true ? { ...peer } : commitWith(sessionKey, 'peer', canonicalize({ ...peer })),
    port: 25,
    level: 'authenticated',
    voucher: 'dane',
    verdict: 'authenticated',
    cause: 'dane-match',
    decision: 'deliver',
    tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', group: 'X25519', resumed: false, provenAt: null },
    software: 'sealpost 0.1.0',
    ...options.session,
  }
  const attemptLeaf: Change = {
    ...makeAttempt(key, options.alone === true ? null : id),
    ...options.attempt,
  }
  let session: number
  let attempt: number
  if (options.sessionLast === true) {
    attempt = add(attemptLeaf)
    session = add(sessionLeaf)
  } else {
    session = add(sessionLeaf)
    attempt = add(attemptLeaf)
  }
  for (let other = 0; other < others; other += 1) add({ ...makeAttempt(randomBytes(32), null), domain: 'example.net' })
  await writer.commit()

  const written = parseNote(store.files.get('checkpoint') ?? '')
  if (written.kind === 'malformed') throw new Error(written.why)
  const note = options.witness ? addSignatures(written, [options.witness.signer], options.witness.time) : written
  const tree = new TileTree(store, writer.size)
  const prove = async (index: number): Promise<string> => printProof(await issueProof(tree, note, index))
  const proven = async (index: number): Promise<{ leaf: string; proof: string }> => ({
    leaf: canonicalize(leaves[index] ?? {}),
    proof: await prove(index),
  })
  const parts: ReceiptParts = {
    origin: logOrigin,
    attempt: {
      ...(await proven(attempt)),
      opening: { key: key.toString('base64url'), ...opened },
    },
    session:
      options.alone === true
        ? null
        : {
            ...(await proven(session)),
            opening: options.clear === true ? null : { key: sessionKey.toString('base64url'), peer },
          },
    certificates: certificates.map(({ der }) => der),
    rotations: await Promise.all(rotations.map(proven)),
  }
  return { store, parts, receipt: issueReceipt(parts), note, signers, vkey: printVerifier(first.verifier), prove }
}

const message = sha256Hex(Buffer.from('Subject: hello\r\n\r\nhello\r\n'))
/** What stands behind the attempt's commitments. */
const opened = {
  recipient: 'ada@example.org',
  campaign: 'autumn-2026',
  domain: 'example.org',
  message,
  reply: '2.0.0 Ok: queued as 4F1A2',
}

function makeAttempt(key: Uint8Array, session: string | null): Change {
  return {
    format: leafFormat,
    kind: 'attempt',
    time,
    session,
    recipient: commitWith(key, 'recipient', opened.recipient),
    campaign: commitWith(key, 'campaign', opened.campaign),
    message: commitWith(key, 'message', opened.message),
    domain: commitWith(key, 'domain', opened.domain),
    outcome: 'delivered',
    code: 250,
    enhanced: '2.0.0',
    reply: commitWith(key, 'reply', opened.reply),
    octets: 27,
    strength: 'observed',
    claim: null,
  }
}

function makePeer(certificates: NonNullable<LogOptions['certificates']>, change: Change = {}): Peer {
  const [own] = certificates
  return {
    host: 'mx1.example.org',
    address: '192.0.2.25',
    policy: 'p1',
    reason: 'TLSA records behind signed MX records (DANE)',
    policyDomain: 'example.org',
    ehlo: ['mx1.example.org', 'SIZE 52428800', '8BITMIME'],
    sts: null,
    tlsa: { secure: true, records: [`3 1 1 ${'ab'.repeat(32)}`] },
    rule: null,
    certificate: own ? sha256Hex(own.der) : null,
    key: own ? sha256Hex(own.spki) : null,
    chain: certificates.map(({ der }) => sha256Hex(der)),
    ...change,
  }
}

/** The act by which a key hands over to another. */
export function rotationAct(from: Signer, to: Signer, by: KeyObject = from.key): Change {
  const [former, next] = [printVerifier(from.verifier), printVerifier(to.verifier)]
  const signature = sign(null, Buffer.from(handoverText(logOrigin, next)), by).toString('base64')
  return { format: leafFormat, kind: 'act', time, act: 'key-rotated', detail: { from: former, to: next, signature } }
}
