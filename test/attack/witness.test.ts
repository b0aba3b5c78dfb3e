/**
 * Who keeps a log wants to change it after the fact: he shows the auditor one log and the witness another, cuts back what
 * was cosigned, or lets two requests race. And a witness, or who sits in its place, may lie: give signatures that are none,
 * of other texts, or of others; answer without end; send who asks round in circles; or redirect him. A witness must never
 * cosign two logs, and nothing may be kept as a cosignature that is none.
 */
import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { describe, expect, it } from 'vitest'
import { Witness, askTimestamp, askWitness, readServiceUrl } from '../../src/anchor/index.ts'
import { mockResolver } from '../../src/dns/index.ts'
import { createAuthority } from '../../src/world/index.ts'
import { SqliteWitnessLedger } from '../../src/store/index.ts'
import { Trust } from '../../src/tls/index.ts'
import { type Note, makeSigner, printAddCheckpoint, printCosignatures, signNote } from '../../src/tlog/index.ts'
import { openAnchorLog } from '../support/anchorLog.ts'
import { listen } from '../support/listen.ts'
import { openWitnessLab, terms, witnessName } from '../support/witnessLab.ts'

describe('a log that shows two faces', () => {
  it('gets no second cosignature of the same size, and both checkpoints are kept', async () => {
    await using log = await openAnchorLog()
    await using lab = await openWitnessLab([log.signer.verifier])
    await log.growTo(10)
    await using other = await log.fork(10)
    const target = { url: lab.url, verifier: lab.signer.verifier }
    expect(await askWitness(target, await log.open(), 0, terms)).toMatchObject({ kind: 'cosigned' })
    const forked = await other.open()
    expect(await askWitness(target, forked, 0, terms)).toMatchObject({ kind: 'contradicted' })
    expect(lab.contradictions).toMatchObject([{ kind: 'fork' }])
    expect(lab.ledger.contradictions(forked.checkpoint.origin)).toEqual(lab.contradictions)
    expect(lab.contradictions[0]?.offered).toContain(forked.note.text)
  })

  it('gets none for a larger log that does not continue the one before', async () => {
    await using log = await openAnchorLog()
    await using lab = await openWitnessLab([log.signer.verifier])
    await log.growTo(10)
    await using other = await log.fork(500)
    const target = { url: lab.url, verifier: lab.signer.verifier }
    await askWitness(target, await log.open(), 0, terms)
    const forked = await other.open()
    expect(await askWitness(target, forked, 10, terms)).toMatchObject({ kind: 'contradicted' })
    // Nor with whatever else for a proof.
    await log.growTo(500)
    const proofs = [[], await forked.tree.proveConsistency(11), await (await log.open()).tree.proveConsistency(10)]
    for (const proof of proofs) {
      const response = await lab.ask(printAddCheckpoint({ oldSize: 10, proof, checkpoint: forked.note }))
      expect(response.status).toBe(422)
    }
  })

  it('that was cut back is told so, and by a replay nothing is won', async () => {
    await using log = await openAnchorLog()
    await using lab = await openWitnessLab([log.signer.verifier])
    await log.growTo(10)
    await using former = await log.copy()
    const target = { url: lab.url, verifier: lab.signer.verifier }
    await askWitness(target, await log.open(), 0, terms)
    const first = printAddCheckpoint({ oldSize: 0, proof: [], checkpoint: (await former.open()).note })
    await log.growTo(20)
    await askWitness(target, await log.open(), 10, terms)
    const replayed = await lab.ask(first)
    expect([replayed.status, await replayed.text()]).toEqual([409, '20\n'])
    expect(await askWitness(target, await former.open(), 10, terms)).toEqual({ kind: 'ahead', size: 20 })
  })

  it('has no luck with fifty requests at once', async () => {
    await using log = await openAnchorLog()
    await using lab = await openWitnessLab([log.signer.verifier])
    await log.growTo(10)
    await using other = await log.fork(10)
    const notes = [(await log.open()).note, (await other.open()).note]
    const bodies = Array.from({ length: 50 }, (_, at) =>
      printAddCheckpoint({ oldSize: 0, proof: [], checkpoint: notes[at % 2] as Note }),
    )
    const answers = await Promise.all(bodies.map(async (body) => lab.ask(body)))
    const cosigned = answers.filter(({ status }) => status === 200)
    expect(cosigned).toHaveLength(1)
  })

  it('has no luck with two processes that are one witness', async () => {
    await using log = await openAnchorLog()
    await using lab = await openWitnessLab([log.signer.verifier])
    await log.growTo(10)
    await using other = await log.fork(10)
    using ledger = SqliteWitnessLedger.open(lab.folder)
    const twin = new Witness({ ...lab, logs: [log.signer.verifier], ledger, now: () => 0, onContradiction: () => undefined })
    const bodies = [(await log.open()).note, (await other.open()).note].map((checkpoint) =>
      Buffer.from(printAddCheckpoint({ oldSize: 0, proof: [], checkpoint })),
    )
    const kinds = bodies.map((body, at) => (at === 0 ? lab.witness : twin).answer(body).kind)
    expect(kinds).toEqual(['cosigned', 'other-size'])
  })

  it('cannot fill the disk of the witness with contradictions', async () => {
    await using log = await openAnchorLog()
    await using lab = await openWitnessLab([log.signer.verifier])
    await log.growTo(10)
    const opened = await log.open()
    await askWitness({ url: lab.url, verifier: lab.signer.verifier }, opened, 0, terms)
    for (let at = 0; at < 30; at += 1) {
      const text = opened.note.text.replace(/\n[^\n]+\n$/, `\n${Buffer.alloc(32, at + 1).toString('base64')}\n`)
      const checkpoint = signNote(text, [log.signer])
      const body = Buffer.from(printAddCheckpoint({ oldSize: 10, proof: [], checkpoint }))
      expect(lab.witness.answer(body)).toMatchObject({ kind: 'fork' })
    }
    expect(lab.ledger.contradictions(opened.checkpoint.origin)).toHaveLength(20)
  })
})

/** Something that answers in a witness's place. */
async function answerWith(
  answer: (asked: number) => { status: number; type?: string; body: string | Buffer; location?: string },
) {
  let asked = 0
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      asked += 1
      const { status, type = 'text/plain', body, location } = answer(asked)
      response.writeHead(status, { 'content-type': type, ...(location === undefined ? {} : { location }) })
      response.end(body)
    })
  })
  const place = await listen(server)
  return {
    url: new URL(`http://127.0.0.1:${place.port}`),
    asked: () => asked,
    [Symbol.asyncDispose]: async () => place[Symbol.asyncDispose](),
  }
}

describe('a witness that lies', () => {
  const signer = makeSigner(witnessName, 'cosignature', generateKeyPairSync('ed25519').privateKey)
  const other = makeSigner(witnessName, 'cosignature', generateKeyPairSync('ed25519').privateKey)
  const named = makeSigner('somebody.else', 'cosignature', generateKeyPairSync('ed25519').privateKey)

  it.each<[string, (text: string) => string | Buffer]>([
    ['a cosignature of another text', (text) => printCosignatures(signNote(`${text}more\n`, [signer], 1))],
    ['one of another key of the same name', (text) => printCosignatures(signNote(text, [other], 1))],
    ['one of another name', (text) => printCosignatures(signNote(text, [named], 1))],
    [
      'one good and one bad',
      (text) => `${printCosignatures(signNote(text, [signer], 1))}${printCosignatures(signNote('x\n', [signer], 1))}`,
    ],
    [
      'two good ones of different times',
      (text) => `${printCosignatures(signNote(text, [signer], 1))}${printCosignatures(signNote(text, [signer], 2))}`,
    ],
    // Said to people as a date, which ends at some time.
    ['one of a year that no calendar has', (text) => printCosignatures(signNote(text, [signer], 9_000_000_000_000))],
    ['a whole note', (text) => `${text}\n${printCosignatures(signNote(text, [signer], 1))}`],
    ['nothing', () => ''],
    ['a page', () => '<html>Welcome</html>\n'],
    ['no UTF-8', () => Buffer.from([0xff, 0xfe, 0x0a])],
    ['controls', () => '\u001b[2J\n'],
    ['more than is read', () => 'x'.repeat(100_000)],
  ])('is found out: %s', async (_name, body) => {
    await using log = await openAnchorLog()
    await log.growTo(3)
    const opened = await log.open()
    await using server = await answerWith(() => ({ status: 200, body: body(opened.note.text) }))
    const outcome = await askWitness({ url: server.url, verifier: signer.verifier }, opened, 0, terms)
    expect(['wrong', 'unreachable']).toContain(outcome.kind)
  })

  it('ignores signatures of others beside a good one', async () => {
    await using log = await openAnchorLog()
    await log.growTo(3)
    const opened = await log.open()
    const body = printCosignatures(signNote(opened.note.text, [other, signer, named], 7))
    await using server = await answerWith(() => ({ status: 200, body }))
    const outcome = await askWitness({ url: server.url, verifier: signer.verifier }, opened, 0, terms)
    expect(outcome).toMatchObject({ kind: 'cosigned', time: 7, signature: { id: signer.verifier.id } })
  })

  it('that sends one round in circles is asked a few times, and no more', async () => {
    await using log = await openAnchorLog()
    await log.growTo(30)
    await using circling = await answerWith((asked) => ({ status: 409, type: 'text/x.tlog.size', body: `${asked % 20}\n` }))
    const target = { url: circling.url, verifier: signer.verifier }
    expect(await askWitness(target, await log.open(), 0, terms)).toMatchObject({ kind: 'wrong' })
    expect(circling.asked()).toBe(4)
    for (const body of ['', '1', '-1\n', '1e9\n', '01\n', '9'.repeat(400)]) {
      await using odd = await answerWith(() => ({ status: 409, type: 'text/x.tlog.size', body }))
      const outcome = await askWitness({ ...target, url: odd.url }, await log.open(), 0, terms)
      expect([body, outcome.kind]).toEqual([body, 'contradicted'])
    }
  })

  it('that never answers, or never ends, is left', async () => {
    await using log = await openAnchorLog()
    await log.growTo(3)
    const hurried = { ...terms, timeoutMs: 300 }
    const silent = createServer(() => undefined)
    await using one = await listen(silent)
    const endless = createServer((_request, response) => {
      response.write('\u2014 ')
      const feed = setInterval(() => response.write('x'), 20)
      response.on('close', () => {
        clearInterval(feed)
      })
    })
    await using other = await listen(endless)
    for (const { port } of [one, other]) {
      const target = { url: new URL(`http://127.0.0.1:${port}`), verifier: signer.verifier }
      expect(await askWitness(target, await log.open(), 0, hurried)).toEqual({
        kind: 'unreachable',
        why: 'no answer within 0.3 s',
      })
    }
  })

  it('is not followed elsewhere', async () => {
    await using log = await openAnchorLog()
    await log.growTo(3)
    await using elsewhere = await answerWith(() => ({ status: 200, body: 'x' }))
    await using server = await answerWith(() => ({ status: 307, body: '', location: elsewhere.url.href }))
    const outcome = await askWitness({ url: server.url, verifier: signer.verifier }, await log.open(), 0, terms)
    expect([outcome.kind, elsewhere.asked()]).toEqual(['wrong', 0])
  })

  it('with a certificate that nobody vouches for is not asked', async () => {
    await using log = await openAnchorLog()
    await log.growTo(3)
    const authority = await createAuthority()
    const identity = await authority.issue({ names: ['witness.test'] })
    let asked = 0
    const server = createSecureServer({ key: identity.key, cert: identity.cert }, (_request, response) => {
      asked += 1
      response.end()
    })
    await using place = await listen(server)
    const resolver = mockResolver({ 'witness.test': { A: ['127.0.0.1'] }, 'other.test': { A: ['127.0.0.1'] } })
    const ask = async (host: string, trust: Trust) => {
      const target = { url: new URL(`https://${host}:${place.port}`), verifier: signer.verifier }
      return askWitness(target, await log.open(), 0, { ...terms, resolver, trust })
    }
    const untrusted = { kind: 'wrong', why: expect.stringContaining('certificate') }
    expect(await ask('witness.test', terms.trust)).toMatchObject(untrusted)
    expect(await ask('other.test', new Trust([authority.pem]))).toMatchObject(untrusted)
    expect(asked).toBe(0)
    await ask('witness.test', new Trust([authority.pem]))
    expect(asked).toBe(1)
  })

  it('without TLS is asked on this machine alone', () => {
    for (const text of [
      'http://witness.example',
      'ftp://witness.example',
      'https://a:b@witness.example',
      'witness.example',
      'http://127.0.0.1.example',
    ])
      expect(() => readServiceUrl(text, 'here')).toThrow(expect.objectContaining({ code: 'SP_USAGE' }))
    expect(readServiceUrl('http://[::1]:80/', 'here').hostname).toBe('[::1]')
    expect(readServiceUrl('http://tsa.example/', 'anywhere').hostname).toBe('tsa.example')
  })
})

describe('who answers in the place of a time-stamping authority', () => {
  it.each([
    ['a page', 'text/html', '<html></html>'],
    ['nothing', 'application/timestamp-reply', ''],
    ['noise', 'application/timestamp-reply', Buffer.alloc(5_000, 0x30)],
    ['a sequence that ends nowhere', 'application/timestamp-reply', Buffer.from('3080020100', 'hex')],
    ['more than is read', 'application/timestamp-reply', Buffer.alloc(300_000)],
  ])('gets nothing kept: %s', async (_name, type, body) => {
    await using server = await answerWith(() => ({ status: 200, type, body }))
    expect(['wrong', 'unreachable']).toContain((await askTimestamp(server.url, 'text\n', undefined, terms)).kind)
  })
})
