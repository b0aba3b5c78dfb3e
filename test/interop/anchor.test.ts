/** `sealpost anchor` and a time-stamping authority of openssl behind HTTP, and by hand; and what openssl says of the outcome. */
import { execFile } from 'node:child_process'
import { cp, readFile, readdir, rename, writeFile } from 'node:fs/promises'
import { type Server, createServer } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type AnchorLog, openAnchorLog } from '../support/anchorLog.ts'
import { openDesk } from '../support/cli.ts'
import { listen } from '../support/listen.ts'
import { type TimestampAuthority, type TimestampLab, ecKey, openTimestampLab } from '../support/timestampLab.ts'

const bin = fileURLToPath(new URL('../../bin/sealpost.js', import.meta.url))

let lab: TimestampLab
let authority: TimestampAuthority
let log: AnchorLog
beforeAll(async () => {
  lab = await openTimestampLab()
  authority = await lab.make('tsa', { key: ecKey, between: true })
  log = await openAnchorLog()
})
afterAll(async () => {
  await log[Symbol.asyncDispose]()
  await lab[Symbol.asyncDispose]()
})

async function run(...words: readonly string[]): Promise<{ readonly exit: number; readonly stdout: string }> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [bin, ...words], { cwd: log.folder })
    return { exit: 0, stdout }
  } catch (error) {
    if (error instanceof Error && 'code' in error && 'stdout' in error)
      return { exit: Number(error.code), stdout: String(error.stdout) }
    throw error
  }
}

/** RFC 3161 3.4 */
function serve(): Server {
  return createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      void authority.answer(Buffer.concat(pieces)).then((answer) => {
        response.writeHead(200, { 'content-type': 'application/timestamp-reply' })
        response.end(answer)
      })
    })
  })
}

/** The files of the last checkpoint, by their ending. */
async function keptFiles(ending: string): Promise<readonly string[]> {
  const anchors = join(log.evidence, 'anchors')
  const names = (await readdir(anchors)).map((name) => join(anchors, name))
  const files = await Promise.all(names.map(async (name) => (await readdir(name)).map((file) => join(name, file))))
  return files.flat().filter((file) => file.endsWith(ending))
}

it('has a checkpoint time-stamped, and openssl says that it is', async () => {
  const note = await log.growTo(3)
  await using place = await listen(serve())
  const url = `http://127.0.0.1:${place.port}/tsa`
  const trusted = await run('anchor', log.folder, '--timestamp', url, '--tsa-ca', lab.rootFile)
  expect(trusted).toEqual({ exit: 0, stdout: expect.stringMatching(/Time-stamped 20\S+ \(± 1500 ms\) by CN=Authority tsa\./) })
  const [file = ''] = await keptFiles('.tsr')
  await writeFile(lab.path('text'), note.text)
  await cp(file, lab.path('kept.tsr'))
  const verified = await lab.openssl('ts', '-verify', '-data', 'text', '-in', 'kept.tsr', '-CAfile', 'root.pem')
  expect(verified).toContain('Verification: OK')

  const shown = await run('anchor', log.folder, '--tsa-ca', lab.rootFile)
  expect(shown).toEqual({ exit: 0, stdout: expect.stringContaining('  Time-stamped 20') })
  expect((await run('anchor', log.folder)).stdout).toContain('Seen, not verified: a time-stamp of 20')
  // An authority that is not the trusted one is told as such, and kept nowhere.
  await using other = await openTimestampLab()
  const refused = await run('anchor', log.folder, '--timestamp', url, '--tsa-ca', other.rootFile)
  expect(refused).toEqual({ exit: 1, stdout: expect.stringContaining('does not lead to an authority that is trusted') })
  expect(await keptFiles('.tsr')).toHaveLength(1)
})

it('is carried by hand', async () => {
  await log.growTo(5)
  const [query, reply] = [lab.path('hand.tsq'), lab.path('hand.tsr')]
  expect((await run('anchor', log.folder, '--timestamp-request', query)).exit).toBe(0)
  expect(await lab.openssl('ts', '-query', '-in', 'hand.tsq', '-text')).toMatch(/sha256[\S\s]+Certificate required: yes/)
  const request = await readFile(query)
  await writeFile(reply, await authority.answer(request))
  // The log has grown by the time that the answer is here.
  await log.growTo(8)
  const taken = await run('anchor', log.folder, '--timestamp-response', reply, '--tsa-ca', lab.rootFile)
  expect(taken).toEqual({ exit: 0, stdout: expect.stringMatching(/^Checkpoint of 5 entries\.\nTime-stamped/) })
  const shown = await run('anchor', log.folder, '--tsa-ca', lab.rootFile)
  expect(shown.stdout).toMatch(/5 entries: is part of the log, which has grown since\.\n {2}Time-stamped/)

  // An answer to another question about the same checkpoint, and one about something else.
  await lab.openssl('ts', '-query', '-data', 'text', '-sha256', '-cert', '-out', 'else.tsq')
  await writeFile(lab.path('else-text'), 'else')
  await lab.openssl('ts', '-query', '-data', 'else-text', '-sha256', '-out', 'else.tsq')
  await writeFile(reply, await authority.answer(await readFile(lab.path('else.tsq'))))
  expect(await run('anchor', log.folder, '--timestamp-response', reply)).toEqual({
    exit: 1,
    stdout: expect.stringContaining('no checkpoint was kept that it could be over'),
  })
})

it('is part of a receipt, and judged with it', async () => {
  await using desk = await openDesk({ recipients: ['ada@valid.test'] })
  await desk.run('send', 'campaign.yaml', '--force')
  const key = (await readFile(join(desk.folder, 'data/evidence/keys'), 'utf8')).trim()
  await using place = await listen(serve())
  const url = `http://127.0.0.1:${place.port}/tsa`
  expect((await desk.run('anchor', '--timestamp', url, '--tsa-ca', lab.rootFile)).exit).toBe(0)
  await desk.run('prove', '--recipient', 'ada@valid.test', '--out', 'receipt.json')
  const trusting = await desk.run('verify', 'receipt.json', '--key', key, '--tsa-ca', lab.rootFile)
  expect(trusting).toMatchObject({
    exit: 0,
    stdout: expect.stringMatching(/^PROVEN[\S\s]+Time-stamped 20\S+ \(± 1500 ms\) by CN=Authority tsa\./),
  })
  expect((await desk.run('verify', 'receipt.json', '--key', key)).stdout).toContain('Seen, not verified: a time-stamp')
  await using other = await openTimestampLab()
  const wary = await desk.run('verify', 'receipt.json', '--key', key, '--tsa-ca', other.rootFile)
  expect(wary).toMatchObject({ exit: 1, stdout: expect.stringContaining('does not lead to an authority that is trusted') })
})

it('is shown not to be of a checkpoint that it stands beside', async () => {
  const [first = '', second = ''] = await keptFiles('.tsr')
  await rename(first, `${second}.other.tsr`)
  const shown = await run('anchor', log.folder, '--tsa-ca', lab.rootFile)
  expect(shown).toEqual({ exit: 1, stdout: expect.stringContaining('is of another text') })
})
