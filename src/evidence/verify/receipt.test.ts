import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { addSignatures, printNote, printVerifier } from '../../tlog/index.ts'
import {
  type ProvenLog,
  commitWith,
  logOrigin,
  makeLogSigner,
  makeProvenLog,
  rotationAct,
} from '../../../test/support/provenLog.ts'
import { type ShownCertificate, makeShownCertificate } from '../../../test/support/shownCertificates.ts'
import { issueReceipt, printReceipt, receiptSchema } from '../receipt/index.ts'
import {
  type EvidenceReceipt,
  type Failure,
  type FailureKind,
  type ProvenReceipt,
  type Trust,
  type VerifierKey,
  canonicalize,
  commitTo,
  failures,
  parseKey,
  verifyReceipt,
} from './index.ts'

async function keyOf(text: string): Promise<VerifierKey> {
  const key = await parseKey(text)
  if (!key) throw new Error(`no key: ${text}`)
  return key
}

async function judge(
  receipt: EvidenceReceipt | string,
  vkey: string,
  trust: Partial<Trust> = {},
): Promise<ProvenReceipt | Failure> {
  const keys = [await keyOf(vkey)]
  return verifyReceipt(typeof receipt === 'string' ? receipt : printReceipt(receipt), { keys, ...trust })
}

/** Which failure it comes to, and where. */
async function fate(receipt: EvidenceReceipt | string, vkey: string, trust: Partial<Trust> = {}): Promise<string> {
  const judged = await judge(receipt, vkey, trust)
  return judged.kind === 'failed' ? `${judged.failure} ${judged.where}` : judged.kind
}

let certificates: readonly ShownCertificate[]
let log: ProvenLog
let receipt: EvidenceReceipt
beforeAll(async () => {
  certificates = [await makeShownCertificate('ec'), await makeShownCertificate('rsa', 'CN=Authority')]
  log = await makeProvenLog({ certificates })
  ;({ receipt } = log)
})

describe('a receipt that is right', () => {
  it('proves the attempt, its session, the peer and its certificates', async () => {
    const proven = await judge(receipt, log.vkey)
    expect(proven).toMatchObject({
      kind: 'proven',
      origin: logOrigin,
      index: 4,
      attempt: { outcome: 'delivered', code: 250 },
      opening: { recipient: 'ada@example.org', campaign: 'autumn-2026' },
      session: { verdict: 'authenticated', tls: { version: 'TLSv1.3' } },
      peer: { host: 'mx1.example.org' },
      checkpoint: { size: 8 },
      witnessed: [],
      rotations: 0,
    })
  })

  it('is read from octets, with other white space, and without its certificates', async () => {
    const keys = [await keyOf(log.vkey)]
    expect((await verifyReceipt(Buffer.from(printReceipt(receipt)), { keys })).kind).toBe('proven')
    expect(await fate(printReceipt(receipt).replaceAll('\n', '\r\n'), log.vkey)).toBe('proven')
    expect(await fate(JSON.stringify(receipt), log.vkey)).toBe('proven')
    expect(await fate({ ...receipt, certificates: [] }, log.vkey)).toBe('proven')
  })

  it('is what the published schema describes', () => {
    const read: EvidenceReceipt['attempt'] = receiptSchema.parse(receipt).attempt
    expect(read).toEqual(receipt.attempt)
    expect(receiptSchema.parse(receipt)).toEqual(receipt)
  })

  it('may have the peer in the clear, no session, or a log of one entry or three hundred', async () => {
    for (const options of [{ clear: true }, { alone: true }, { alone: true, others: 0 }, { others: 150 }]) {
      const one = await makeProvenLog(options)
      expect(await fate(one.receipt, one.vkey)).toBe('proven')
    }
  })

  it('may have nothing to open where there was no message and no reply', async () => {
    const one = await makeProvenLog({
      attempt: { message: null, reply: null, outcome: 'unknown', strength: 'unknown', code: null },
    })
    expect(await fate(one.receipt, one.vkey)).toBe('opening-wrong attempt.opening.message')
    const opening = { ...one.receipt.attempt.opening, message: null, reply: null }
    expect(await fate({ ...one.receipt, attempt: { ...one.receipt.attempt, opening } }, one.vkey)).toBe('proven')
  })

  it('has a domain that may stand in the clear', async () => {
    const one = await makeProvenLog({ attempt: { domain: 'example.org' } })
    expect(await fate(one.receipt, one.vkey)).toBe('proven')
    const opening = { ...one.receipt.attempt.opening, domain: 'example.com' }
    const other = { ...one.receipt, attempt: { ...one.receipt.attempt, opening } }
    expect(await fate(other, one.vkey)).toBe('opening-wrong attempt.opening.domain')
    // A commitment is no domain.
    const { domain } = JSON.parse(receipt.attempt.leaf) as { domain: string }
    expect(await fate(inOpening(receipt, { domain }), log.vkey)).toBe('opening-wrong attempt.opening.domain')
  })

  it('tells who witnessed it, and asks for as many as it must', async () => {
    const [signer, other] = [makeLogSigner('witness.example', 'cosignature'), makeLogSigner('late.example', 'cosignature')]
    const one = await makeProvenLog({ witness: { signer, time: 1_780_000_000 } })
    const cosigners = [await keyOf(printVerifier(signer.verifier)), await keyOf(printVerifier(other.verifier))]
    expect(await judge(one.receipt, one.vkey, { cosigners, quorum: 1 })).toMatchObject({
      kind: 'proven',
      witnessed: [{ name: 'witness.example', time: 1_780_000_000 }],
    })
    expect(await fate(one.receipt, one.vkey, { cosigners, quorum: 2 })).toBe('cosignatures-missing attempt.proof')
    // One that is named twice counts once.
    const twice = [cosigners[0], cosigners[0]].filter((key) => key !== undefined)
    expect(await fate(one.receipt, one.vkey, { cosigners: twice, quorum: 2 })).toBe('cosignatures-missing attempt.proof')
  })

  it('carries time-stamps that others judge', async () => {
    const stamped = issueReceipt({ ...log.parts, timestamps: [Buffer.from('response')] })
    expect(await judge(stamped, log.vkey)).toMatchObject({ kind: 'proven', timestamps: ['cmVzcG9uc2U='] })
  })
})

describe('keys that were changed', () => {
  it('are followed from any of them on', async () => {
    const signers = [makeLogSigner(), makeLogSigner(), makeLogSigner()]
    const one = await makeProvenLog({ signers })
    for (const { verifier } of signers) {
      expect(await judge(one.receipt, printVerifier(verifier))).toMatchObject({ kind: 'proven', rotations: 2 })
    }
    expect(await fate({ ...one.receipt, rotations: [] }, one.vkey)).toBe('signature-unknown attempt.proof')
    const [first, ...rest] = one.receipt.rotations
    expect(first && (await fate({ ...one.receipt, rotations: rest }, one.vkey))).toBe('signature-unknown attempt.proof')
  })

  it('are not followed where the former key did not sign', async () => {
    const signers = [makeLogSigner(), makeLogSigner()]
    const [first, second] = signers
    if (!first || !second) throw new Error('two keys')
    const one = await makeProvenLog({ signers })
    const forged = canonicalize(rotationAct(first, second, second.key))
    const rotations = one.receipt.rotations.map((rotation) => ({ ...rotation, leaf: forged }))
    expect(await fate({ ...one.receipt, rotations }, one.vkey)).toBe('rotation-wrong rotations.0')
    // Signed, and never written into the log.
    const third = makeLogSigner()
    const unrecorded = one.receipt.rotations.map((rotation) => ({ ...rotation, leaf: canonicalize(rotationAct(first, third)) }))
    const both = [...one.receipt.rotations, ...unrecorded]
    expect(await fate({ ...one.receipt, rotations: both }, one.vkey)).toBe('not-included rotations.1.proof')
  })

  it('are changed by acts alone, and within one log', async () => {
    const [first, stranger] = [makeLogSigner(), makeLogSigner('other.example')]
    const one = await makeProvenLog({ signers: [first] })
    const withAct = (leaf: string): EvidenceReceipt => ({
      ...one.receipt,
      rotations: [{ leaf, proof: one.receipt.attempt.proof }],
    })
    expect(await fate(withAct(one.receipt.attempt.leaf), one.vkey)).toBe('leaf-other-kind rotations.0.leaf')
    expect(await fate(withAct(canonicalize(rotationAct(first, stranger))), one.vkey)).toBe('rotation-wrong rotations.0')
    const act = { ...rotationAct(first, makeLogSigner()), act: 'erased' }
    expect(await fate(withAct(canonicalize(act)), one.vkey)).toBe('rotation-wrong rotations.0')
    const many = {
      ...one.receipt,
      rotations: Array.from({ length: 101 }, () => one.receipt.attempt).map(({ leaf, proof }) => ({ leaf, proof })),
    }
    expect(await fate(many, one.vkey)).toBe('receipt-malformed rotations')
  })
})

/** What somebody may do to a receipt, and what it is told by. */
type Tampering = readonly [
  expected: `${FailureKind} ${string}`,
  what: string,
  tamper: (receipt: EvidenceReceipt) => EvidenceReceipt,
]

const inAttempt = (receipt: EvidenceReceipt, change: Partial<EvidenceReceipt['attempt']>): EvidenceReceipt => ({
  ...receipt,
  attempt: { ...receipt.attempt, ...change },
})
const inOpening = (receipt: EvidenceReceipt, change: Partial<EvidenceReceipt['attempt']['opening']>): EvidenceReceipt =>
  inAttempt(receipt, { opening: { ...receipt.attempt.opening, ...change } })
const inProofs = (receipt: EvidenceReceipt, change: (proof: string) => string): EvidenceReceipt => ({
  ...inAttempt(receipt, { proof: change(receipt.attempt.proof) }),
  session: receipt.session && { ...receipt.session, proof: change(receipt.session.proof) },
})
const inSession = (receipt: EvidenceReceipt, change: Partial<NonNullable<EvidenceReceipt['session']>>): EvidenceReceipt => ({
  ...receipt,
  session: receipt.session && { ...receipt.session, ...change },
})

const tamperings: readonly Tampering[] = [
  ['receipt-malformed receipt', 'another format', (one) => ({ ...one, format: 'sealpost-receipt/2' as never })],
  ['receipt-malformed receipt', 'a member that nobody looks at', (one) => ({ ...one, note: 'x' }) as never],
  ['receipt-malformed attempt', 'an opening with one member more', (one) => inOpening(one, { note: 'x' } as never)],
  ['receipt-malformed attempt', 'a leaf that is no text', (one) => inAttempt(one, { leaf: 1 as never })],
  ['receipt-malformed session', 'a session without its opening', (one) => inSession(one, { opening: undefined as never })],
  ['receipt-malformed certificates', 'certificates that are no list', (one) => ({ ...one, certificates: {} as never })],
  ['receipt-malformed timestamps', 'a time-stamp that is not base64', (one) => ({ ...one, timestamps: ['?'] })],
  ['other-origin origin', 'another log', (one) => ({ ...one, origin: 'other.example' })],
  [
    'other-origin attempt.proof',
    'another origin in the checkpoint',
    (one) => inProofs(one, (proof) => proof.replaceAll(logOrigin, 'other.example')),
  ],
  [
    'proof-malformed attempt.proof',
    'a proof of another version',
    (one) => inAttempt(one, { proof: one.attempt.proof.replace('@v1', '@v2') }),
  ],
  [
    'proof-malformed attempt.proof',
    'something beside the proof',
    (one) => inAttempt(one, { proof: one.attempt.proof.replace('\nindex', '\nextra eA==\nindex') }),
  ],
  [
    'proof-malformed attempt.proof',
    'an index with a zero before it',
    (one) => inAttempt(one, { proof: one.attempt.proof.replace('index ', 'index 0') }),
  ],
  [
    'proof-malformed attempt.proof',
    'an index beyond what is exact',
    (one) => inAttempt(one, { proof: one.attempt.proof.replace(/index \d+/, 'index 9007199254740992') }),
  ],
  [
    'proof-malformed attempt.proof',
    'a hash that is too short',
    (one) => inAttempt(one, { proof: one.attempt.proof.replace(/(index \d+\n)/, '$1AAAA\n') }),
  ],
  [
    'proof-malformed attempt.proof',
    'a proof of 54 hashes',
    (one) => inAttempt(one, { proof: one.attempt.proof.replace(/(index \d+\n)/, `$1${`${'A'.repeat(43)}=\n`.repeat(54)}`) }),
  ],
  [
    'not-included attempt.proof',
    'a proof that is too long',
    (one) => inAttempt(one, { proof: one.attempt.proof.replace(/(index \d+\n)/, `$1${'A'.repeat(43)}=\n`) }),
  ],
  [
    'not-included attempt.proof',
    'a proof that is too short',
    (one) => inAttempt(one, { proof: one.attempt.proof.replace(/(index \d+\n).*\n/, '$1') }),
  ],
  [
    'not-included attempt.proof',
    'the index of another entry',
    (one) => inAttempt(one, { proof: one.attempt.proof.replace(/index \d+/, 'index 5') }),
  ],
  [
    'index-outside attempt.proof',
    'an index outside the log',
    (one) => inAttempt(one, { proof: one.attempt.proof.replace(/index \d+/, 'index 8') }),
  ],
  [
    'not-included attempt.proof',
    'a changed entry',
    (one) => inAttempt(one, { leaf: one.attempt.leaf.replace('"code":250', '"code":251') }),
  ],
  [
    'not-included attempt.proof',
    'the entry in another order',
    (one) => inAttempt(one, { leaf: JSON.stringify({ octets: 27, ...(JSON.parse(one.attempt.leaf) as object) }) }),
  ],
  [
    'checkpoint-malformed attempt.proof',
    'no checkpoint',
    (one) => inAttempt(one, { proof: one.attempt.proof.split('\n\n')[0] + '\n\n' }),
  ],
  [
    'checkpoint-malformed attempt.proof',
    'a size with a sign',
    (one) => inProofs(one, (proof) => proof.replace('\n8\n', '\n+8\n')),
  ],
  [
    'checkpoint-malformed attempt.proof',
    'a control character',
    (one) => inProofs(one, (proof) => proof.replace('\n8\n', '\n8\r\n')),
  ],
  [
    'checkpoint-malformed attempt.proof',
    '101 signatures',
    (one) => inProofs(one, (proof) => proof + '\u2014 x AAAAAAA=\n'.repeat(100)),
  ],
  [
    'checkpoint-malformed attempt.proof',
    'a signature with spare bits',
    (one) => inProofs(one, (proof) => proof + '\u2014 x AAAAAAB=\n'),
  ],
  ['signature-wrong attempt.proof', 'another size', (one) => inProofs(one, (proof) => proof.replace('\n8\n', '\n9\n'))],
  [
    'signature-wrong attempt.proof',
    'another root',
    (one) => inProofs(one, (proof) => proof.replace(/\n8\n.{43}=/, `\n8\n${'A'.repeat(43)}=`)),
  ],
  [
    'signature-wrong attempt.proof',
    'a further line',
    (one) => inProofs(one, (proof) => proof.replace('\n\n\u2014', '\nx\n\n\u2014')),
  ],
  [
    'signature-unknown attempt.proof',
    'a signature under another name',
    (one) => inProofs(one, (proof) => proof.replace(/\u2014 \S+/, '\u2014 other.example')),
  ],
  [
    'checkpoint-other session.proof',
    'a session from another checkpoint',
    (one) => inSession(one, { proof: one.session?.proof.concat('\u2014 x AAAAAAA=\n') ?? '' }),
  ],
  ['session-other session', 'the session left out', (one) => ({ ...one, session: null, certificates: [] })],
  [
    'not-included session.proof',
    'a changed session',
    (one) => inSession(one, { leaf: one.session?.leaf.replace('"port":25', '"port":26') ?? '' }),
  ],
  [
    'leaf-other-kind session.leaf',
    'an attempt in the place of the session',
    (one) => inSession(one, { leaf: one.attempt.leaf, proof: one.attempt.proof }),
  ],
  ['opening-wrong attempt.opening.recipient', 'another recipient', (one) => inOpening(one, { recipient: 'eve@example.org' })],
  ['opening-wrong attempt.opening.campaign', 'another campaign', (one) => inOpening(one, { campaign: 'autumn-2025' })],
  ['opening-wrong attempt.opening.domain', 'another domain', (one) => inOpening(one, { domain: 'example.com' })],
  ['opening-wrong attempt.opening.message', 'another message', (one) => inOpening(one, { message: '00'.repeat(32) })],
  ['opening-wrong attempt.opening.message', 'a message left out', (one) => inOpening(one, { message: null })],
  ['opening-wrong attempt.opening.reply', 'another reply', (one) => inOpening(one, { reply: '2.0.0 Ok' })],
  ['opening-wrong attempt.opening.recipient', 'another key', (one) => inOpening(one, { key: 'A'.repeat(43) })],
  ['opening-wrong attempt.opening.key', 'a key that is too short', (one) => inOpening(one, { key: 'AAAA' })],
  ['opening-wrong attempt.opening.key', 'a key with spare bits', (one) => inOpening(one, { key: `${'A'.repeat(42)}B` })],
  [
    'opening-wrong session.opening',
    'another peer',
    (one) =>
      inSession(one, {
        opening: one.session?.opening
          ? { ...one.session.opening, peer: { ...one.session.opening.peer, host: 'mx.example.com' } }
          : null,
      }),
  ],
  ['opening-wrong session.opening', 'the peer left out', (one) => inSession(one, { opening: null })],
  [
    'certificate-wrong certificates',
    'one certificate left out',
    (one) => ({ ...one, certificates: one.certificates.slice(0, 1) }),
  ],
  [
    'certificate-wrong certificates',
    'certificates in another order',
    (one) => ({ ...one, certificates: one.certificates.toReversed() }),
  ],
  [
    'certificate-wrong certificates',
    'text around a certificate',
    (one) => ({ ...one, certificates: one.certificates.map((pem) => `subject=mx\n${pem}`) }),
  ],
  [
    'certificate-wrong certificates',
    'a certificate that is none',
    (one) => ({ ...one, certificates: one.certificates.map(() => 'certificate') }),
  ],
]

describe('a receipt that was changed', () => {
  it.each(tamperings)('%s: %s', async (expected, _, tamper) => {
    const changed = tamper(receipt)
    expect(printReceipt(changed)).not.toBe(printReceipt(receipt))
    expect(await fate(changed, log.vkey)).toBe(expected)
  })

  it('signature-unknown: a key of the same name', async () => {
    expect(await fate(receipt, printVerifier(makeLogSigner().verifier))).toBe('signature-unknown attempt.proof')
  })

  it('other-origin: the key of another log, alone or beside this one, that signed in its name', async () => {
    const stranger = makeLogSigner('other.example')
    expect(await fate(receipt, printVerifier(stranger.verifier))).toBe('other-origin origin')
    const note = addSignatures({ ...log.note, signatures: [] }, [stranger])
    const forged = inProofs(receipt, (proof) => proof.replace(printNote(log.note), printNote(note)))
    const keys = [await keyOf(log.vkey), await keyOf(printVerifier(stranger.verifier))]
    expect(await fate(forged, log.vkey, { keys })).toBe('signature-unknown attempt.proof')
  })

  it('cosignature-wrong: a cosignature with another time', async () => {
    const signer = makeLogSigner('witness.example', 'cosignature')
    const one = await makeProvenLog({ witness: { signer, time: 1_780_000_000 } })
    const cosigners = [await keyOf(printVerifier(signer.verifier))]
    const forged = inProofs(one.receipt, (proof) => {
      const [, packed = ''] = /witness\.example (\S+)/.exec(proof) ?? []
      const octets = Buffer.from(packed, 'base64')
      octets[11] = (octets[11] ?? 0) ^ 1
      return proof.replace(packed, octets.toString('base64'))
    })
    expect(await fate(one.receipt, one.vkey, { cosigners })).toBe('proven')
    expect(await fate(forged, one.vkey, { cosigners })).toBe('cosignature-wrong attempt.proof')
  })

  it('cosignature-wrong: a time that no calendar has, which could not be shown', async () => {
    const signer = makeLogSigner('witness.example', 'cosignature')
    const cosigners = [await keyOf(printVerifier(signer.verifier))]
    for (const [time, kind] of [
      [253_402_300_799, 'proven'],
      [253_402_300_800, 'cosignature-wrong attempt.proof'],
      [Number.MAX_SAFE_INTEGER, 'cosignature-wrong attempt.proof'],
    ] as const) {
      const one = await makeProvenLog({ witness: { signer, time } })
      expect(await fate(one.receipt, one.vkey, { cosigners })).toBe(kind)
    }
  })

  it('cosignatures-missing: the log named as its own witness', async () => {
    const cosigners = [await keyOf(log.vkey)]
    expect(await judge(receipt, log.vkey, { cosigners })).toMatchObject({ kind: 'proven', witnessed: [] })
    expect(await fate(receipt, log.vkey, { cosigners, quorum: 1 })).toBe('cosignatures-missing attempt.proof')
  })

  it('fork: another root than that of a checkpoint of the same size that was kept', async () => {
    const root = (await judge(receipt, log.vkey)) as ProvenReceipt
    const held = [{ size: 8, root: root.checkpoint.root }]
    expect(await fate(receipt, log.vkey, { held })).toBe('proven')
    expect(await fate(receipt, log.vkey, { held: [{ size: 8, root: randomBytes(32) }] })).toBe('fork attempt.proof')
    expect(await fate(receipt, log.vkey, { held: [{ size: 9, root: randomBytes(32) }] })).toBe('proven')
  })

  it('session-other: a session of another attempt, or one that was written afterwards', async () => {
    const other = await makeProvenLog({ session: { id: 'A'.repeat(22) }, attempt: { session: 'Q'.repeat(22) } })
    expect(await fate(other.receipt, other.vkey)).toBe('session-other session.leaf')
    const late = await makeProvenLog({ sessionLast: true })
    expect(await fate(late.receipt, late.vkey)).toBe('session-other session.proof')
  })

  it('certificate-wrong: another key than the certificate has, or certificates without a session', async () => {
    const one = await makeProvenLog({ certificates, peer: { key: '00'.repeat(32) } })
    expect(await fate(one.receipt, one.vkey)).toBe('certificate-wrong certificates')
    const alone = await makeProvenLog({ alone: true, certificates })
    expect(await fate(alone.receipt, alone.vkey)).toBe('certificate-wrong certificates')
  })

  it('opening-wrong: an opening of what stands in the clear', async () => {
    const one = await makeProvenLog({ clear: true })
    const opening = log.receipt.session?.opening ?? null
    expect(await fate(inSession(one.receipt, { opening }), one.vkey)).toBe('opening-wrong session.opening')
  })
})

describe('what a log may hold and a receipt may not show', () => {
  const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

  it.each<[string, Readonly<Record<string, never>>]>([
    ['leaf-malformed attempt.leaf', { format: 'sealpost-evidence/2' } as never],
    ['leaf-other-kind attempt.leaf', { kind: 'act' } as never],
    ['leaf-malformed attempt.leaf', { address: 'ada@example.org' } as never],
    ['leaf-malformed attempt.leaf', { recipient: 'ada@example.org' } as never],
    ['leaf-malformed attempt.leaf', { outcome: 'opened' } as never],
    ['leaf-malformed attempt.leaf', { time: '25 November' } as never],
    ['leaf-malformed attempt.leaf', { enhanced: '\ud800' } as never],
    ['leaf-malformed attempt.leaf', { enhanced: JSON.parse(deep(40)) } as never],
    ['leaf-malformed attempt.leaf', { code: -1 } as never],
  ])('%s: an entry with %o', async (expected, attempt) => {
    const one = await makeProvenLog({ attempt })
    expect(await fate(one.receipt, one.vkey)).toBe(expected)
  })

  it('leaf-malformed: a peer with further members behind its commitment', async () => {
    const one = await makeProvenLog({ peer: { owner: 'Ada' } })
    expect(await fate(one.receipt, one.vkey)).toBe('leaf-malformed session.opening.peer')
  })

  it('leaf-malformed: an entry that is too long', async () => {
    const leaf = receipt.attempt.leaf.replace('"250"', `"${'x'.repeat(65_536)}"`) + ' '.repeat(65_536)
    expect(await fate(inAttempt(receipt, { leaf }), log.vkey)).toBe('not-included attempt.proof')
    const rotations = [{ leaf, proof: receipt.attempt.proof }]
    expect(await fate({ ...receipt, rotations }, log.vkey)).toBe('leaf-malformed rotations.0.leaf')
  })

  it('receipt-malformed: a megabyte, or nesting without end', async () => {
    expect(await fate(' '.repeat(1_000_001), log.vkey)).toBe('receipt-malformed receipt')
    expect(await fate('['.repeat(900_000), log.vkey)).toBe('receipt-malformed receipt')
    expect(await fate(deep(450_000), log.vkey)).toBe('receipt-malformed receipt')
    const text = printReceipt(receipt).replace('"certificates": [', `"certificates": [${deep(100_000)},`)
    expect(await fate(text, log.vkey)).toBe('receipt-malformed receipt')
    expect(await fate(inAttempt(receipt, { leaf: 'x'.repeat(900_000) }), log.vkey)).toBe('not-included attempt.proof')
    const long = inAttempt(receipt, {
      proof: receipt.attempt.proof.replace('\n\n', `\n${'A'.repeat(43)}=`.repeat(20_000) + '\n\n'),
    })
    expect(await fate(long, log.vkey)).toBe('proof-malformed attempt.proof')
  })

  it('receipt-malformed: what two readers may read in two ways', async () => {
    const text = printReceipt(receipt)
    const keys = [await keyOf(log.vkey)]
    for (const other of [
      text.replace('{', `{"origin": "other.example",`),
      text.replace('sealpost-receipt', '\\u0073ealpost-receipt'),
      text.replace('{', '{"__proto__": {},'),
      `\ufeff${text}`,
      `${text}\0`,
      text.replace('ada@', '\ud800@'),
    ]) {
      expect(other).not.toBe(text)
      expect(await fate(other, log.vkey)).toBe('receipt-malformed receipt')
    }
    const broken = Buffer.from(text)
    broken[text.indexOf('ada@')] = 0xff
    expect(await verifyReceipt(broken, { keys })).toMatchObject({ failure: 'receipt-malformed' })
  })
})

describe('properties', () => {
  it('no octet of a receipt may differ, but for white space', async () => {
    const text = JSON.stringify(receipt)
    const keys = [await keyOf(log.vkey)]
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: text.length - 1 }), fc.integer({ min: 0x20, max: 0x7e }), async (at, code) => {
        const changed = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1)
        const judged = await verifyReceipt(changed, { keys })
        if (changed === text) expect(judged.kind).toBe('proven')
        else expect(judged).toMatchObject({ kind: 'failed', failure: expect.toBeOneOf(Object.keys(failures)) as string })
      }),
      { numRuns: 400 },
    )
  })

  it('takes anything without an exception', async () => {
    const keys = [await keyOf(log.vkey)]
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json(), fc.uint8Array({ maxLength: 200 })), async (input) => {
        expect(await verifyReceipt(input, { keys })).toMatchObject({ kind: 'failed', failure: 'receipt-malformed' })
      }),
    )
    const member = fc.constantFrom(...Object.keys(receipt))
    await fc.assert(
      fc.asyncProperty(member, fc.jsonValue({ maxDepth: 3 }), async (name, value) => {
        const judged = await verifyReceipt(JSON.stringify({ ...receipt, [name]: value }), { keys })
        expect(['failed', 'proven']).toContain(judged.kind)
      }),
    )
  })
})

it('has each failure explained in docs/receipts.md', () => {
  const page = readFileSync(new URL('../../../docs/receipts.md', import.meta.url), 'utf8')
  for (const [kind, means] of Object.entries(failures)) expect(page).toContain(`| \`${kind}\` | ${means} |`)
})

it('commits as HMAC-SHA-256 of RFC 4231 does, over the word, a zero and the value', async () => {
  const key = new Uint8Array(randomBytes(32))
  expect(await commitTo(key, 'recipient', 'ada@example.org')).toBe(commitWith(key, 'recipient', 'ada@example.org'))
  expect(await commitTo(key, 'reply', 'Grüße')).toBe(commitWith(key, 'reply', 'Grüße'))
})
