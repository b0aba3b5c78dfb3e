import { generateKeyPairSync, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  makeSigner,
  parseAddCheckpoint,
  parseCosignatures,
  parseSize,
  printAddCheckpoint,
  printCheckpoint,
  printCosignatures,
  signNote,
} from './index.ts'

const signer = makeSigner('log.example', 'note', generateKeyPairSync('ed25519').privateKey)
const witness = makeSigner('witness.example/w1', 'cosignature', generateKeyPairSync('ed25519').privateKey)
const text = printCheckpoint({ origin: 'log.example', size: 7, root: randomBytes(32), extensions: [] })
const checkpoint = signNote(text, [signer])

describe('a request for a cosignature', () => {
  it('is read as it was printed', () => {
    fc.assert(
      fc.property(
        fc.maxSafeNat(),
        fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 63 }),
        (oldSize, proof) => {
          const read = parseAddCheckpoint(printAddCheckpoint({ oldSize, proof, checkpoint }))
          expect(read).toMatchObject({ kind: 'add-checkpoint', oldSize, checkpoint: { text } })
          expect(read.kind === 'add-checkpoint' && read.proof.map((hash) => Buffer.from(hash).toString('hex'))).toEqual(
            proof.map((hash) => Buffer.from(hash).toString('hex')),
          )
        },
      ),
    )
  })

  it('reads the example of C2SP tlog-witness', () => {
    const example = `old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
`
    const read = parseAddCheckpoint(example)
    expect(read).toMatchObject({ kind: 'add-checkpoint', oldSize: 20_852_014, proof: { length: 4 } })
    expect(read.kind === 'add-checkpoint' && printAddCheckpoint(read)).toBe(example)
  })

  it.each([
    ['no old size', (whole: string) => whole.replace('old 3', 'new 3')],
    ['a sign', (whole: string) => whole.replace('old 3', 'old +3')],
    ['a leading zero', (whole: string) => whole.replace('old 3', 'old 03')],
    ['two spaces', (whole: string) => whole.replace('old 3', 'old  3')],
    ['more than can be counted', (whole: string) => whole.replace('old 3', 'old 9007199254740992')],
    ['carriage returns', (whole: string) => whole.replaceAll('\n', '\r\n')],
    ['a hash that is too short', (whole: string) => whole.replace('\n\n', '\nAAAA\n\n')],
    ['too many hashes', (whole: string) => whole.replace('\n\n', `${`\n${Buffer.alloc(32).toString('base64')}`.repeat(64)}\n\n`)],
    ['no signature', (whole: string) => whole.slice(0, whole.indexOf('\u2014'))],
    ['no checkpoint', () => 'old 3\n\n'],
  ])('is refused with %s', (_name, change) => {
    const whole = printAddCheckpoint({ oldSize: 3, proof: [randomBytes(32)], checkpoint })
    expect(parseAddCheckpoint(change(whole)).kind).toBe('malformed')
  })

  it('is read or refused, whatever it is', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), (octets) => parseAddCheckpoint(octets).kind !== undefined))
  })
})

it('reads cosignatures as they were printed, and nothing beside them', () => {
  const { signatures } = signNote(text, [witness], 1_700_000_000)
  const body = printCosignatures({ signatures })
  expect(body).toMatch(/^\u2014 witness\.example\/w1 [A-Za-z0-9+/]+=*\n$/)
  expect(parseCosignatures(body)).toEqual(signatures)
  for (const odd of ['', '\n', body.trimEnd(), `${body}\n`, `x\n${body}`, `${body}\n${body}`]) {
    expect([odd, parseCosignatures(odd)]).toEqual([odd, expect.objectContaining({ kind: 'malformed' })])
  }
})

it('reads a size as the specification spells it', () => {
  expect(['0\n', '12\n', '12', '012\n', '-1\n', '1\n2\n', ''].map((body) => parseSize(body))).toEqual([
    0,
    12,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})
