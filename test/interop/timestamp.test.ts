/** Time-stamps of `openssl ts`, good ones and others, and requests of ours that openssl reads. */
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeTimestampRequest } from '../../src/anchor/timestampRequest.ts'
import { judgeReceiptTimestamps, readTimestampAuthorities, verifyTimestamp } from '../../src/evidence/verify/index.ts'
import { type TimestampLab, ecKey, openTimestampLab } from '../support/timestampLab.ts'

const text = 'log.example\n3\nAAAA\n'

let lab: TimestampLab
let authorities: NonNullable<ReturnType<typeof readTimestampAuthorities>>
beforeAll(async () => {
  lab = await openTimestampLab()
  authorities = readTimestampAuthorities(lab.root) ?? []
})
afterAll(async () => {
  await lab[Symbol.asyncDispose]()
})

describe('a time-stamp of openssl', () => {
  it.each([
    ['RSA', {}],
    ['ECDSA', { key: ecKey }],
    ['a certificate named by SHA-1', { essHash: 'sha1' }],
    ['an authority between', { key: ecKey, between: true }],
  ])('verifies: %s', async (name, terms) => {
    const authority = await lab.make(name.replaceAll(' ', '-'), terms)
    const { der, nonce } = makeTimestampRequest(text)
    const before = Math.floor(Date.now() / 1000) * 1000
    const response = await authority.answer(der)
    const verified = await verifyTimestamp(response, { text, nonce, authorities })
    expect(verified).toMatchObject({
      kind: 'verified',
      accuracy: 1500,
      authority: `CN=Authority ${name.replaceAll(' ', '-')}`,
      policy: '1.2.3.4.1',
    })
    expect(verified.kind === 'verified' && verified.time >= before && verified.time <= Date.now()).toBe(true)
    // Without an authority that is trusted it is in order, and worth nothing more.
    expect(await verifyTimestamp(response, { text })).toMatchObject({ kind: 'seen' })
    // And openssl says the same of our question and its answer.
    await writeFile(lab.path('question.tsq'), der)
    await writeFile(lab.path('answer.tsr'), response)
    const words = ['-queryfile', 'question.tsq', '-in', 'answer.tsr', '-CAfile', 'root.pem']
    expect(await lab.openssl('ts', '-verify', ...words)).toContain('Verification: OK')
  })

  it('is judged with the receipt that it comes in', async () => {
    const authority = await lab.make('receipts')
    const response = await authority.answer(makeTimestampRequest(text).der)
    const of = (text: string) => ({
      checkpoint: { origin: '', size: 0, root: new Uint8Array(), text, signatures: [] },
      timestamps: [response.toString('base64'), 'AAAA'],
    })
    const failed = { kind: 'failed', failure: 'timestamp-malformed' }
    expect(await judgeReceiptTimestamps(of(text), authorities)).toMatchObject([{ kind: 'verified' }, failed])
    expect(await judgeReceiptTimestamps(of(text))).toMatchObject([{ kind: 'seen' }, failed])
    expect(await judgeReceiptTimestamps(of('x'), authorities)).toMatchObject([{ failure: 'other-text' }, failed])
  })

  it('is refused over another text, or for another question', async () => {
    const authority = await lab.make('others')
    const { der, nonce } = makeTimestampRequest(text)
    const response = await authority.answer(der)
    expect(await verifyTimestamp(response, { text: `${text} `, nonce, authorities })).toMatchObject({ failure: 'other-text' })
    expect(await verifyTimestamp(response, { text, nonce: nonce + 1n, authorities })).toMatchObject({ failure: 'other-nonce' })
  })

  it('is refused with any octet changed in what is signed, and throws with none', async () => {
    const authority = await lab.make('changed', { key: ecKey })
    const { der, nonce } = makeTimestampRequest(text)
    const response = await authority.answer(der)
    const kinds = new Set<string>()
    for (let at = 0; at < response.length; at += 1) {
      const changed = Buffer.from(response)
      changed[at] = (changed[at] ?? 0) ^ 0x01
      const result = await verifyTimestamp(changed, { text, nonce, authorities })
      kinds.add(result.kind === 'failed' ? result.failure : result.kind)
      // What is not signed may change without harm, such as the text that comes with the status.
      if (result.kind === 'verified') {
        const before = await verifyTimestamp(response, { text, nonce, authorities })
        expect(result).toEqual(before)
      }
    }
    expect([...kinds]).toEqual(
      expect.arrayContaining(['timestamp-malformed', 'signature-wrong', 'other-text', 'authority-missing']),
    )
    for (let length = 0; length < response.length; length += 1) {
      expect(await verifyTimestamp(response.subarray(0, length), { text })).toMatchObject({ failure: 'timestamp-malformed' })
    }
  })

  it('is refused where the signature alone was changed', async () => {
    const authority = await lab.make('signature')
    const { der } = makeTimestampRequest(text)
    const response = await authority.answer(der)
    const changed = Buffer.from(response)
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
    expect(await verifyTimestamp(changed, { text, authorities })).toMatchObject({ failure: 'signature-wrong' })
  })

  it('of an authority that does not lead to the trusted one is refused', async () => {
    await using other = await openTimestampLab()
    const authority = await other.make('stranger')
    const response = await authority.answer(makeTimestampRequest(text).der)
    expect(await verifyTimestamp(response, { text, authorities })).toMatchObject({ failure: 'authority-untrusted' })
  })

  it('of a refusal is told as one', async () => {
    const authority = await lab.make('refusing')
    // SHA-1 is none of the digests that the authority takes.
    const imprint = Buffer.concat([
      Buffer.from('3021300906052b0e03021a05000414', 'hex'),
      createHash('sha1').update(text).digest(),
    ])
    const response = await authority.answer(
      Buffer.concat([Buffer.from([0x30, 3 + imprint.length]), Buffer.from('020101', 'hex'), imprint]),
    )
    expect(await verifyTimestamp(response, { text, authorities })).toMatchObject({ failure: 'timestamp-refused' })
  })
})

/** openssl's time-stamping makes none of these, so `openssl cms` signs what it says, with whatever key and certificate. */
async function signAgain(id: string, ...options: readonly string[]): Promise<Buffer> {
  const good = await lab.make('good')
  await writeFile(lab.path('good.tsr'), await good.answer(makeTimestampRequest(text).der))
  await lab.openssl('ts', '-reply', '-in', 'good.tsr', '-token_out', '-out', 'good.token')
  await lab.openssl('cms', '-verify', '-noverify', '-inform', 'DER', '-in', 'good.token', '-binary', '-out', 'info.der')
  const signing = ['-signer', `${id}.pem`, '-inkey', `${id}.key`, '-md', 'sha256', ...options]
  const content = ['-econtent_type', '1.2.840.113549.1.9.16.1.4', '-nodetach', '-binary', '-outform', 'DER']
  await lab.openssl('cms', '-sign', '-in', 'info.der', ...signing, ...content, '-out', 'odd.token')
  const granted = Buffer.concat([Buffer.from('3003020100', 'hex'), await readFile(lab.path('odd.token'))])
  const length = Buffer.alloc(2)
  length.writeUInt16BE(granted.length)
  return Buffer.concat([Buffer.from('3082', 'hex'), length, granted])
}

describe('signed by other means', () => {
  it.each([
    ['RSA-PSS', {}, ['-keyopt', 'rsa_padding_mode:pss']],
    ['ECDSA on P-384', { key: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'] }, []],
    ['the signer named by the id of its key', {}, ['-keyid']],
  ])('it verifies: %s', async (name, terms, options) => {
    const id = name.replaceAll(' ', '-')
    await lab.make(id, terms)
    expect(await verifyTimestamp(await signAgain(id, '-cades', ...options), { text, authorities })).toMatchObject({
      kind: 'verified',
    })
  })

  it('it is refused where nothing signed names the certificate', async () => {
    await lab.make('unnamed')
    expect(await verifyTimestamp(await signAgain('unnamed'), { text, authorities })).toMatchObject({ failure: 'signature-wrong' })
  })

  it.each([
    ['for other things too', { purposes: 'critical,timeStamping,codeSigning' }, 'authority-unfit'],
    ['not critical', { purposes: 'timeStamping' }, 'authority-unfit'],
    ['for no purpose in particular', { purposes: '' }, 'authority-unfit'],
    ['expired by then', { notBefore: '20200101000000Z', notAfter: '20210101000000Z' }, 'authority-untrusted'],
    ['not valid yet', { notBefore: '20900101000000Z', notAfter: '20910101000000Z' }, 'authority-untrusted'],
  ])('it is refused with a certificate %s', async (name, terms, failure) => {
    const id = name.replaceAll(' ', '-')
    await lab.make(id, terms)
    expect(await verifyTimestamp(await signAgain(id, '-cades'), { text, authorities })).toMatchObject({ failure })
  })
})
