import { expect, it } from 'vitest'
import { askWitness } from '../../../src/anchor/index.ts'
import { SqliteWitnessLedger } from '../../../src/store/index.ts'
import { parseCosignatures, printAddCheckpoint, verifyNote } from '../../../src/tlog/index.ts'
import { openAnchorLog } from '../../support/anchorLog.ts'
import { openWitnessLab, terms } from '../../support/witnessLab.ts'

it('cosigns checkpoints of a log that grows', async () => {
  await using log = await openAnchorLog()
  await using lab = await openWitnessLab([log.signer.verifier])
  const target = { url: lab.url, verifier: lab.signer.verifier }
  let known = 0
  for (const size of [1, 2, 300, 301, 1000]) {
    await log.growTo(size)
    const opened = await log.open()
    expect(await askWitness(target, opened, known, terms)).toMatchObject({ kind: 'cosigned', time: 1_800_000_000 })
    expect(lab.ledger.find(opened.checkpoint.origin)).toMatchObject({ size })
    known = size
  }
  expect(lab.contradictions).toEqual([])
})

it('is asked for its size where what is known of it is wrong', async () => {
  await using log = await openAnchorLog()
  await using lab = await openWitnessLab([log.signer.verifier])
  const target = { url: lab.url, verifier: lab.signer.verifier }
  await log.growTo(700)
  expect(await askWitness(target, await log.open(), 300, terms)).toMatchObject({ kind: 'cosigned' })
  await log.growTo(800)
  expect(await askWitness(target, await log.open(), 0, terms)).toMatchObject({ kind: 'cosigned' })
})

it('cosigns the same checkpoint again, and is found at its own path alone', async () => {
  await using log = await openAnchorLog()
  await using lab = await openWitnessLab([log.signer.verifier])
  await log.growTo(5)
  const target = { url: lab.url, verifier: lab.signer.verifier }
  for (const known of [0, 5, 5]) {
    expect(await askWitness(target, await log.open(), known, terms)).toMatchObject({ kind: 'cosigned' })
  }
  const other = { ...target, url: new URL(`${lab.url.origin}/elsewhere/`) }
  expect(await askWitness(other, await log.open(), 5, terms)).toMatchObject({ kind: 'refused' })
})

it('answers as the specification has it', async () => {
  await using log = await openAnchorLog()
  await using stranger = await openAnchorLog()
  await using lab = await openWitnessLab([log.signer.verifier])
  await log.growTo(4)
  const { note, tree } = await log.open()
  const answer = async (oldSize: number, proof: readonly Uint8Array[], checkpoint = note) => {
    const response = await lab.ask(printAddCheckpoint({ oldSize, proof, checkpoint }))
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
  }
  // 404 where the origin is not known, 403 where no known key signed.
  const foreign = await stranger.growTo(4)
  const elsewhere = { ...note, text: note.text.replace('log.example', 'other.example') }
  expect(await answer(0, [], elsewhere)).toMatchObject({ status: 404 })
  expect(await answer(0, [], foreign)).toMatchObject({ status: 403 })
  expect(await answer(0, [], { ...note, signatures: foreign.signatures })).toMatchObject({ status: 403 })
  // 400 for an old size above the checkpoint's, and for what is no request.
  expect(await answer(5, [])).toMatchObject({ status: 400 })
  for (const body of ['', 'old 1\n', 'old 01\n\n', 'old 0\nAAAA\n\n', `old 0\n${'A'.repeat(70_000)}`]) {
    expect([400, 413]).toContain((await lab.ask(body)).status)
  }
  // 409 with the size in decimal.
  expect(await answer(3, await tree.proveConsistency(3))).toEqual({ status: 409, type: 'text/x.tlog.size', text: '0\n' })
  // 422 where the proof is not empty from the empty log.
  expect(await answer(0, await tree.proveConsistency(3))).toMatchObject({ status: 422 })
  const good = await answer(0, [])
  expect(good).toMatchObject({ status: 200 })
  const signatures = parseCosignatures(good.text)
  expect('kind' in signatures ? signatures : verifyNote({ ...note, signatures }, [lab.signer.verifier])).toMatchObject({
    kind: 'verified',
  })
  await log.growTo(9)
  const next = await log.open()
  const proof = await next.tree.proveConsistency(4)
  expect(await answer(4, proof.slice(1), next.note)).toMatchObject({ status: 422 })
  expect(await answer(4, [], next.note)).toMatchObject({ status: 422 })
  expect(await answer(4, proof, next.note)).toMatchObject({ status: 200 })
  expect(lab.contradictions.map(({ kind }) => kind)).toEqual(['proof-wrong', 'proof-wrong'])
})

it('remembers what it cosigned when it is started again', async () => {
  await using log = await openAnchorLog()
  await using lab = await openWitnessLab([log.signer.verifier])
  await log.growTo(6)
  const opened = await log.open()
  await askWitness({ url: lab.url, verifier: lab.signer.verifier }, opened, 0, terms)
  using again = SqliteWitnessLedger.open(lab.folder)
  expect(again.find(opened.checkpoint.origin)).toMatchObject({ size: 6 })
})

it('lets one of two requests for the same step through, and tells the other the new size', async () => {
  await using log = await openAnchorLog()
  await using lab = await openWitnessLab([log.signer.verifier])
  await log.growTo(8)
  const short = await log.open()
  await using copy = await log.copy()
  await copy.growTo(20)
  const long = await copy.open()
  const bodies = [short, long].map(({ note }) => printAddCheckpoint({ oldSize: 0, proof: [], checkpoint: note }))
  const statuses = await Promise.all(bodies.map(async (body) => (await lab.ask(body)).status))
  expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 409])
})
