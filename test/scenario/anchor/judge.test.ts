import { writeFile } from 'node:fs/promises'
import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  type AnchorReport,
  anchorPath,
  chooseAnchor,
  judgeAnchors,
  keepCheckpoint,
  keepCosignature,
  keepTimestamp,
  readAnchors,
} from '../../../src/anchor/index.ts'
import { describeAnchors } from '../../../src/cli/describeAnchors.ts'
import {
  FileStore,
  type Note,
  TileTree,
  issueReceipt,
  makeSigner,
  parseNote,
  printReceipt,
  signNote,
  verifyNote,
  verifyReceipt,
} from '../../../src/tlog/index.ts'
import { type AnchorLog, openAnchorLog, origin } from '../../support/anchorLog.ts'

const witness = makeSigner('witness.example', 'cosignature', generateKeyPairSync('ed25519').privateKey)

/** Keeps a checkpoint with a cosignature of it. */
async function anchor(log: AnchorLog, note: Note, signer = witness): Promise<void> {
  const size = Number(note.text.split('\n')[1])
  await keepCheckpoint(log.evidence, size, note)
  const [signature] = signNote(note.text, [signer], 1_700_000_000).signatures
  if (signature) await keepCosignature(log.evidence, size, note.text, signature)
}

async function judge(log: AnchorLog, witnesses = [witness.verifier]): Promise<AnchorReport> {
  return judgeAnchors(await log.open(), await readAnchors(log.evidence), { witnesses })
}

describe('what others said of a log', () => {
  it('goes with a log that has grown', async () => {
    await using log = await openAnchorLog()
    for (const size of [3, 300, 301]) await anchor(log, await log.growTo(size))
    const report = await judge(log)
    expect(report).toMatchObject({
      origin,
      size: 301,
      fine: true,
      anchors: [
        { size: 3, standing: 'grown', cosignatures: [{ kind: 'verified', witness: 'witness.example', time: 1_700_000_000 }] },
        { size: 300, standing: 'grown', problems: [] },
        { size: 301, standing: 'same' },
      ],
    })
    // What is shown of an anchor is a note that stands by itself.
    const note = parseNote(report.anchors[0]?.note ?? '')
    expect(note.kind === 'note' && verifyNote(note, [witness.verifier, log.signer.verifier])).toMatchObject({
      kind: 'verified',
      signed: { length: 2 },
    })
    expect(describeAnchors(report).join('\n')).toContain('Cosigned by witness.example at 2023-11-14T22:13:20.000Z.')
  })

  it('is nothing where nobody said anything', async () => {
    await using log = await openAnchorLog()
    await log.growTo(2)
    expect(await judge(log)).toMatchObject({ anchors: [], fine: true })
  })

  it('is not counted where the witness is not known', async () => {
    await using log = await openAnchorLog()
    await anchor(log, await log.growTo(3))
    const report = await judge(log, [])
    expect(report).toMatchObject({ fine: true, anchors: [{ cosignatures: [{ kind: 'unknown' }] }] })
    expect(describeAnchors(report).join('\n')).toContain('Seen, not verified: a cosignature in the name of witness.example')
  })

  it('shows a log that was cut back, with both checkpoints', async () => {
    await using log = await openAnchorLog()
    await log.growTo(5)
    await using former = await log.copy()
    const note = await log.growTo(9)
    await anchor(former, note)
    const report = await judge(former)
    expect(report).toMatchObject({ size: 5, fine: false, anchors: [{ size: 9, standing: 'rolled-back' }] })
    const text = describeAnchors(report).join('\n')
    expect(text).toContain('ROLLED BACK')
    for (const root of [report.root, report.anchors[0]?.root]) expect(text).toContain(root)
  })

  it.each([4, 5, 300])('shows a log of %i entries that was made anew with others', async (size) => {
    await using log = await openAnchorLog()
    const note = await log.growTo(4)
    await using other = await log.fork(size)
    await anchor(other, note)
    const report = await judge(other)
    expect(report).toMatchObject({ fine: false, anchors: [{ standing: 'forked' }] })
    expect(describeAnchors(report).join('\n')).toMatch(
      /FORKED[\S\s]+The checkpoint of the log now:[\S\s]+The one that was anchored at 4 entries:/,
    )
  })

  it('cannot be judged where tiles are changed, which is not called a fork', async () => {
    await using log = await openAnchorLog()
    await anchor(log, await log.growTo(3))
    await log.growTo(5)
    const tile = join(log.evidence, 'tile/0/000.p/5')
    await writeFile(tile, Buffer.alloc(160, 7))
    expect(await judge(log)).toMatchObject({ fine: false, anchors: [{ standing: 'damaged' }] })
    await writeFile(tile, '')
    expect(await judge(log)).toMatchObject({ fine: false, anchors: [{ standing: 'damaged' }] })
  })

  it('counts for nothing where the log did not sign it, or the witness did not', async () => {
    await using log = await openAnchorLog()
    const note = await log.growTo(3)
    await using stranger = await openAnchorLog()
    await anchor(log, await stranger.growTo(8))
    const liar = makeSigner('witness.example', 'cosignature', generateKeyPairSync('ed25519').privateKey)
    await anchor(log, note, liar)
    const report = await judge(log)
    expect(report).toMatchObject({
      fine: false,
      anchors: [
        { size: 3, standing: 'same', cosignatures: [{ kind: 'unknown' }] },
        { size: 8, standing: undefined, problems: ['no key of the log signed the checkpoint'] },
      ],
    })
    // A signature under the name and id of the witness that is not its own.
    const [signature] = signNote('x\n', [witness], 1).signatures
    if (signature) await keepCosignature(log.evidence, 3, note.text, signature)
    expect(await judge(log)).toMatchObject({
      anchors: [{ cosignatures: expect.arrayContaining([expect.objectContaining({ kind: 'wrong' })]) }, {}],
    })
  })

  it('names files that are not what they should be', async () => {
    await using log = await openAnchorLog()
    const note = await log.growTo(3)
    await anchor(log, note)
    const path = join(log.evidence, anchorPath(3, note.text))
    await writeFile(join(path, 'odd.cosignature'), 'nothing\n')
    await writeFile(join(path, 'large.tsr'), Buffer.alloc(200_000))
    await keepTimestamp(log.evidence, 3, note.text, Buffer.from('3000', 'hex'))
    const report = await judge(log)
    expect(report.fine).toBe(false)
    expect(report.anchors[0]?.problems).toHaveLength(3)
    await writeFile(join(path, 'checkpoint'), '')
    expect(await judge(log)).toMatchObject({ anchors: [{ standing: undefined, note: '' }] })
  })

  it('keeps each cosignature once, and what was forged keeps none out', async () => {
    await using log = await openAnchorLog()
    const note = await log.growTo(3)
    const [good] = signNote(note.text, [witness], 1_700_000_000).signatures
    if (!good) throw new Error('nothing was signed')
    for (const signature of [{ ...good, signature: Buffer.alloc(72) }, good, good]) {
      await keepCheckpoint(log.evidence, 3, note)
      await keepCosignature(log.evidence, 3, note.text, signature)
    }
    const [judged] = (await judge(log)).anchors
    expect(judged?.cosignatures.map(({ kind }) => kind).toSorted()).toEqual(['verified', 'wrong'])
    // What is shown has the good one alone.
    const shown = parseNote(judged?.note ?? '')
    expect(shown.kind === 'note' && verifyNote(shown, [witness.verifier])).toMatchObject({ kind: 'verified' })
  })
})

describe('the checkpoint that a receipt rests on', () => {
  it('is the first with the entry that others said something of', async () => {
    await using log = await openAnchorLog()
    for (const size of [3, 5, 300]) {
      const note = await log.growTo(size)
      if (size === 3) await keepCheckpoint(log.evidence, size, note)
      else await anchor(log, note)
    }
    const anchors = await readAnchors(log.evidence)
    const chosen = [0, 4, 5, 299, 300].map((index) => chooseAnchor(anchors, index))
    expect(chosen.map((one) => one?.size)).toEqual([5, 5, 300, 300, undefined])
    // A receipt over it is verified with the keys of both.
    const [first] = chosen
    if (!first) throw new Error('there is an anchor')
    const tree = new TileTree(new FileStore(log.evidence), first.size)
    const receipt = printReceipt(await issueReceipt(tree, first.note, 2))
    const trust = { origin, logKeys: [log.signer.verifier], cosigners: [witness.verifier], quorum: 1 }
    expect(verifyReceipt(receipt, Buffer.from('entry 2'), trust)).toMatchObject({ kind: 'included', checkpoint: { size: 5 } })
  })
})

describe('a checkpoint in the DNS', () => {
  it('is held against the log, and those of others are left out', async () => {
    await using log = await openAnchorLog()
    await log.growTo(3)
    const { checkpoint } = await log.open()
    await log.growTo(7)
    const records = [
      checkpoint,
      { ...checkpoint, root: Buffer.alloc(32) },
      { ...checkpoint, size: 9 },
      { ...checkpoint, origin: 'another' },
    ]
    const found = { kind: 'records' as const, records, secure: false, malformed: 0 }
    const report = await judgeAnchors(await log.open(), [], { witnesses: [], dns: { name: 'c.test', found } })
    expect(report.fine).toBe(false)
    expect(report.dns).toMatchObject({
      others: 1,
      records: [{ standing: 'grown' }, { standing: 'forked' }, { standing: 'rolled-back' }],
    })
    expect(describeAnchors(report).join('\n')).toContain('not signed')
    const silent = { kind: 'temporary' as const, detail: 'servfail' }
    const untold = await judgeAnchors(await log.open(), [], { witnesses: [], dns: { name: 'c.test', found: silent } })
    expect(describeAnchors(untold).join('\n')).toContain('not tested')
  })
})
