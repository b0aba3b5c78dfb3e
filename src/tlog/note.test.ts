import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Signer,
  type Verifier,
  addSignatures,
  emptyRoot,
  makeSigner,
  openCheckpoint,
  parseCheckpoint,
  parseNote,
  parseReceipt,
  parseSigner,
  parseVerifier,
  printCheckpoint,
  printNote,
  printReceipt,
  printSigner,
  printVerifier,
  signNote,
  verifyNote,
} from './index.ts'

const newSigner = (name: string, type: 'note' | 'cosignature' = 'note'): Signer =>
  makeSigner(name, type, generateKeyPairSync('ed25519').privateKey)

function verifierOf(text: string): Verifier {
  const verifier = parseVerifier(text)
  if (verifier.kind === 'malformed') throw new Error(verifier.why)
  return verifier
}

function noteOf(text: string | Uint8Array) {
  const note = parseNote(text)
  if (note.kind === 'malformed') throw new Error(note.why)
  return note
}

// golang.org/x/mod/sumdb/note, note_test.go
const peterKey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const peterSecret = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz'
const enochKey = 'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop'
const peterText = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
const peterLine =
  '\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n'
const enochLine =
  '\u2014 EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n'

describe('signed notes', () => {
  it('verifies the example of C2SP signed-note', () => {
    const key = verifierOf('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k')
    const text =
      'This is an example message.\n\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n'
    const note = noteOf(Buffer.from(text))
    expect(note.text).toBe('This is an example message.\n')
    expect(verifyNote(note, [key])).toMatchObject({ kind: 'verified', signed: [{ verifier: { name: 'example.com/foo' } }] })
    expect(printNote(note)).toBe(text)
    expect(printVerifier(key)).toBe('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k')
  })

  it('reads the poem of C2SP signed-note, whose text has an empty line', () => {
    const text =
      'Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n\u2014 quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n'
    const note = noteOf(text)
    expect(note.text.endsWith(':\n\ned è subito sera.\n')).toBe(true)
    expect(note.signatures).toMatchObject([{ name: 'quasimodo.example/salvatore', id: '367ba04b' }])
    expect(printNote(note)).toBe(text)
  })

  it('signs as golang.org/x/mod/sumdb/note does', () => {
    const signer = parseSigner(peterSecret)
    if (signer.kind === 'malformed') throw new Error(signer.why)
    expect(printNote(signNote(peterText, [signer]))).toBe(`${peterText}\n${peterLine}`)
    expect(printSigner(signer)).toBe(peterSecret)
    expect(printVerifier(signer.verifier)).toBe(peterKey)
    expect(JSON.stringify(signer)).not.toContain('YEKFALV')
  })

  it('takes what one of several keys signed, and nothing where a known key signed wrongly', () => {
    const [peter, enoch] = [verifierOf(peterKey), verifierOf(enochKey)]
    const both = noteOf(`${peterText}\n${peterLine}${enochLine}`)
    expect(verifyNote(both, [peter])).toMatchObject({ kind: 'verified', signed: [{ verifier: peter }] })
    expect(verifyNote(both, [peter, enoch, enoch])).toMatchObject({ signed: [{ verifier: peter }, { verifier: enoch }] })
    expect(verifyNote(both, [])).toEqual({ kind: 'unknown' })
    const wrong = noteOf(`${peterText}\n${peterLine}${enochLine.replace('rwz+eBzm', 'rwz+eBzn')}`)
    expect(verifyNote(wrong, [peter, enoch])).toEqual({ kind: 'wrong', verifier: enoch })
    expect(verifyNote(wrong, [peter])).toMatchObject({ kind: 'verified' })
    const renamed = noteOf(`${peterText}\n${peterLine.replace('PeterNeumann', 'CarmenSandiego')}`)
    expect(verifyNote(renamed, [peter])).toEqual({ kind: 'unknown' })
  })

  it('refuses what golang.org/x/mod/sumdb/note refuses', () => {
    const bad = [
      peterText,
      `${peterText}\n`,
      `${peterText}\n${peterLine.slice(0, -1)}`,
      `\x01${peterText}\n${peterLine}`,
      Buffer.concat([Buffer.from([0xff]), Buffer.from(`${peterText}\n${peterLine}`)]),
      `${peterText}\n${peterLine.replace('PeterNeumann', 'Bad Name')}`,
      `${peterText}\n${peterLine}Unexpected line.\n`,
      `${peterText}\n${peterLine.repeat(101)}`,
    ]
    expect(bad.map((text) => parseNote(text).kind)).toEqual(bad.map(() => 'malformed'))
    expect(parseNote(`${peterText}\n${peterLine.repeat(16)}`).kind).toBe('note')
  })

  it('takes no part of a key, and none with one octet changed', () => {
    for (const [text, parse] of [
      [peterKey, parseVerifier],
      [peterSecret, parseSigner],
    ] as const) {
      for (let from = 0; from < text.length; from += 1) {
        const changed = `${text.slice(0, from)}${String.fromCodePoint((text.codePointAt(from) ?? 0) + 1)}${text.slice(from + 1)}`
        expect(parse(changed).kind, changed).toBe('malformed')
        for (let to = from; to < text.length; to += 1) expect(parse(text.slice(from, to)).kind).toBe('malformed')
      }
    }
    expect(parseVerifier('PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==').kind).toBe('malformed')
    expect(parseVerifier('PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW').kind).toBe('malformed')
  })

  it('lets a new signature of a key take the place of its old one', () => {
    const [one, other] = [newSigner('log.example/a'), newSigner('log.example/b')]
    const note = addSignatures(addSignatures(signNote('a text\n', [one]), [other]), [one])
    expect(note.signatures.map(({ name }) => name)).toEqual(['log.example/b', 'log.example/a'])
    expect(() => signNote('no end', [one])).toThrow(/SP_NOTE_INVALID|cannot be signed|line feed/)
  })
})

describe('checkpoints', () => {
  /** C2SP tlog-cosignature: a checkpoint with a cosignature. */
  const cosigned =
    'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n'

  it('reads the example of C2SP tlog-cosignature', () => {
    const note = noteOf(cosigned)
    const checkpoint = parseCheckpoint(note.text)
    expect(checkpoint).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20_852_163, extensions: [] })
    expect(checkpoint.kind === 'checkpoint' && printCheckpoint(checkpoint)).toBe(note.text)
    expect(note.signatures.map(({ id, signature }) => [id, signature.length])).toEqual([
      ['033de0ae', 64],
      ['8d66cf3f', 72],
    ])
    // Its time is the one that the specification shows below: 1679315147.
    expect(Buffer.from(note.signatures[1]?.signature ?? []).readBigUInt64BE()).toBe(1_679_315_147n)
  })

  const root = Buffer.from(emptyRoot).toString('base64')

  it.each([
    ['no origin', `\n1\n${root}\n`],
    ['a leading zero', `log\n01\n${root}\n`],
    ['a size that is none', `log\n-1\n${root}\n`],
    ['a size that no number holds', `log\n9007199254740992\n${root}\n`],
    ['a short hash', `log\n1\n${root.slice(4)}\n`],
    ['a hash in other letters', `log\n1\n${root.replace('FU=', 'FV=')}\n`],
    ['no hash', 'log\n1\n'],
    ['an empty further line', `log\n1\n${root}\n\nmore\n`],
    ['no end', `log\n1\n${root}`],
    ['a carriage return', `log\r\n1\n${root}\n`],
  ])('refuses a checkpoint with %s', (_, text) => {
    expect(parseCheckpoint(text).kind).toBe('malformed')
  })

  it('counts cosigners by the time-stamped text that they sign, and wants as many as are asked for', () => {
    const log = newSigner('log.example')
    const [one, other] = [newSigner('witness.example/1', 'cosignature'), newSigner('witness.example/2', 'cosignature')]
    const text = printCheckpoint({ origin: 'log.example', size: 0, root: emptyRoot, extensions: ['further line'] })
    const note = addSignatures(signNote(text, [log]), [one], 1_679_315_147)
    const trust = { origin: 'log.example', logKeys: [log.verifier], cosigners: [one.verifier, one.verifier, other.verifier] }
    expect(openCheckpoint(note, { ...trust, quorum: 1 })).toMatchObject({
      kind: 'opened',
      checkpoint: { extensions: ['further line'] },
      cosignatures: [{ time: 1_679_315_147, verifier: { name: 'witness.example/1' } }],
    })
    expect(openCheckpoint(note, { ...trust, quorum: 2 })).toMatchObject({ failure: 'cosignatures-missing' })
    expect(openCheckpoint(note, { ...trust, origin: 'other.example' })).toMatchObject({ failure: 'other-origin' })
    expect(openCheckpoint(note, { ...trust, logKeys: [other.verifier] })).toMatchObject({ failure: 'signature-unknown' })
    const later = note.signatures.map((signature) =>
      signature.id === one.verifier.id
        ? { ...signature, signature: signature.signature.map((octet, at) => (at === 7 ? octet + 1 : octet)) }
        : signature,
    )
    expect(openCheckpoint({ ...note, signatures: later }, trust)).toMatchObject({ failure: 'signature-wrong' })
  })

  it('tells a cosignature from a signature of the same key over the same text', () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const [asLog, asWitness] = [
      makeSigner('one.example', 'note', privateKey),
      makeSigner('one.example', 'cosignature', privateKey),
    ]
    const note = signNote('text\n', [asLog])
    const forged = note.signatures.map((signature) => ({ ...signature, id: asWitness.verifier.id }))
    expect(verifyNote({ ...note, signatures: forged }, [asWitness.verifier]).kind).toBe('wrong')
  })

  it('lets no single bit of a signed checkpoint change', () => {
    const log = newSigner('log.example')
    const whole = Buffer.from(
      printNote(signNote(printCheckpoint({ origin: 'log.example', size: 77, root: emptyRoot, extensions: [] }), [log])),
    )
    const trust = { origin: 'log.example', logKeys: [log.verifier] }
    expect(openCheckpoint(whole, trust).kind).toBe('opened')
    for (let bit = 0; bit < whole.length * 8; bit += 1) {
      const changed = Buffer.from(whole)
      changed.writeUInt8((changed[bit >> 3] ?? 0) ^ (1 << (bit & 7)), bit >> 3)
      expect(openCheckpoint(changed, trust).kind, String(bit)).toBe('failed')
    }
  })
})

describe('properties', () => {
  const line = fc.stringMatching(/^[^\0-\x1f]{1,20}$/).filter((text) => text.isWellFormed())
  const signer = newSigner('log.example')
  const hashes = fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 53 })
  const checkpointText = fc
    .record({
      origin: line,
      size: fc.maxSafeNat(),
      root: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      extensions: fc.array(line),
    })
    .map((checkpoint) => printCheckpoint(checkpoint))

  it('reads back what it prints', () => {
    fc.assert(
      fc.property(
        checkpointText,
        hashes,
        fc.maxSafeNat(),
        fc.option(fc.uint8Array({ minLength: 1 })),
        (text, proof, index, extra) => {
          const checkpoint = signNote(text, [signer])
          expect(parseNote(printNote(checkpoint))).toEqual(checkpoint)
          const read = parseCheckpoint(text)
          expect(read.kind === 'checkpoint' && printCheckpoint(read)).toBe(text)
          const printed = printReceipt({ extra: extra ?? undefined, index, proof, checkpoint })
          const receipt = parseReceipt(printed)
          expect(receipt.kind === 'receipt' && printReceipt(receipt)).toBe(printed)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('reads anything without failing, and nothing in two ways', () => {
    const whole = printReceipt({
      extra: Buffer.from('x'),
      index: 1,
      proof: [emptyRoot],
      checkpoint: signNote(printCheckpoint({ origin: 'o', size: 2, root: emptyRoot, extensions: [] }), [signer]),
    })
    const pieces = fc.array(fc.oneof(fc.constantFrom(...whole.split(/(?<=\n)/)), fc.string(), fc.constant('\n')), {
      maxLength: 12,
    })
    const octets = fc
      .tuple(fc.nat({ max: whole.length }), fc.nat({ max: whole.length }), fc.string())
      .map(([from, to, between]) => {
        return `${whole.slice(0, from)}${between}${whole.slice(to)}`
      })
    fc.assert(
      fc.property(
        fc.oneof(
          pieces.map((list) => list.join('')),
          octets,
          fc.string(),
        ),
        (text) => {
          const note = parseNote(text)
          if (note.kind === 'note') expect(printNote(note)).toBe(text)
          const receipt = parseReceipt(text)
          if (receipt.kind === 'receipt') expect(printReceipt(receipt)).toBe(text)
          const checkpoint = parseCheckpoint(text)
          if (checkpoint.kind === 'checkpoint') expect(printCheckpoint(checkpoint)).toBe(text)
          const key = parseVerifier(text)
          if (key.kind === 'verifier') expect(printVerifier(key)).toBe(text)
        },
      ),
      { numRuns: 500 },
    )
    fc.assert(
      fc.property(fc.uint8Array(), (any) => {
        expect(parseNote(any).kind).toBe('malformed')
      }),
    )
  })
})
