import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { maxMessage, readMailbox } from './index.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

async function read(path: string): Promise<{ place: string; text: string; whole: boolean }[]> {
  const found = []
  for await (const { place, content, whole } of readMailbox(path))
    found.push({ place: place.slice(path.length), text: content.toString(), whole })
  return found
}

async function readMbox(text: string | Buffer) {
  const path = join(folder, 'mbox')
  await writeFile(path, text)
  return read(path)
}

const line = 'From MAILER-DAEMON Mon Nov 23 10:00:00 2026\n'

describe('an mbox', () => {
  it('is parted at its separators', async () => {
    expect(await readMbox(`${line}Subject: 1\n\none\n\n${line}Subject: 2\n\ntwo\n`)).toEqual([
      { place: ':0', text: 'Subject: 1\n\none\n', whole: true },
      { place: ':61', text: 'Subject: 2\n\ntwo\n', whole: true },
    ])
  })

  it.each([
    'From - Mon Nov 23 10:00:00 2026',
    'From ada@a.test  Mon Nov 23 10:00 2026',
    'From "a b"@a.test Mon Nov 23 10:00:00 +0100 2026',
    'From ada@a.test Mon, 23 Nov 2026 10:00:00 +0100',
    'From MAILER-DAEMON Mon Nov 23 10:00:00 2026\r',
  ])('knows the separator %j', async (separator) => {
    expect(await readMbox(`${separator}\nA: 1\n\n${separator}\nA: 2\n`)).toHaveLength(2)
  })

  it('is not parted by what only looks alike', async () => {
    const text = `A: 1\n\nFrom the start\n\nFrom 10:00 on\nx\n${line}\nx\n`
    expect(await readMbox(line + text)).toMatchObject([{ text }])
  })

  it('has quoted lines unquoted once', async () => {
    expect(await readMbox(`${line}\n>From x\n>>From y\n> From z\n`)).toMatchObject([{ text: '\nFrom x\n>From y\n> From z\n' }])
  })

  it('does not believe a length that hides other messages', async () => {
    const text = `${line}Content-Length: 9999\n\none\n\n${line}A: 2\n\ntwo\n`
    expect(await readMbox(text)).toHaveLength(2)
  })

  it('gives the same messages whatever the length of their lines', async () => {
    const body = fc.array(fc.constantFrom('x', 'x'.repeat(1_500), 'x'.repeat(300_000), '', 'From ', '>From '), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(fc.array(body, { minLength: 1, maxLength: 3 }), async (bodies) => {
        // Quoted as mboxrd has it.
        const written = bodies.map((lines) => lines.map((one) => `${one.replace(/^>*From /, '>$&')}\n`).join(''))
        const found = await readMbox(written.map((one) => `${line}${one}\n`).join(''))
        expect(found.map(({ text }) => text)).toEqual(bodies.map((lines) => lines.map((one) => `${one}\n`).join('')))
      }),
      { numRuns: 20 },
    )
  })

  it('keeps no more of a message than is allowed', async () => {
    const path = join(folder, 'mbox')
    await writeFile(path, `${line}A: 1\n\n${'x\n'.repeat(maxMessage / 2)}\n${line}A: 2\n`)
    const found = await read(path)
    expect(found.map(({ text, whole }) => [text.length, whole])).toEqual([
      [maxMessage, false],
      [5, true],
    ])
  })
})

describe('a single file', () => {
  it('is one message', async () => {
    expect(await readMbox('A: 1\n\nFrom x\n')).toEqual([{ place: '', text: 'A: 1\n\nFrom x\n', whole: true }])
  })

  it('may be empty', async () => {
    expect(await readMbox('')).toEqual([])
  })
})

describe('a Maildir', () => {
  beforeEach(async () => {
    for (const name of ['new', 'cur', 'tmp']) await mkdir(join(folder, name))
  })

  it('gives what is new, then what was seen, in the order of delivery', async () => {
    await writeFile(join(folder, 'cur/1.a:2,S'), 'cur')
    await writeFile(join(folder, 'new/3.c'), 'late')
    await writeFile(join(folder, 'new/2.b'), 'early')
    await writeFile(join(folder, 'tmp/0.x'), 'unfinished')
    expect((await read(folder)).map(({ text }) => text)).toEqual(['early', 'late', 'cur'])
  })

  it('passes over links, folders, pipes and hidden files', async () => {
    await writeFile(join(folder, 'secret'), 'secret')
    await symlink(join(folder, 'secret'), join(folder, 'new/1.link'))
    await symlink(join(folder, 'new'), join(folder, 'new/2.loop'))
    await mkdir(join(folder, 'new/3.folder'))
    execFileSync('mkfifo', [join(folder, 'new/4.pipe')])
    await writeFile(join(folder, 'new/.5'), 'hidden')
    expect(await read(folder)).toEqual([])
  })

  it('takes any name', async () => {
    await writeFile(join(folder, 'new/1.\n\u001b[2J'), 'one')
    await writeFile(Buffer.concat([Buffer.from(`${folder}/new/`), Buffer.from([0x32, 0xff, 0xfe])]), 'two')
    expect((await read(folder)).map(({ text }) => text)).toEqual(['one', 'two'])
  })

  it('keeps no more of a message than is allowed', async () => {
    await writeFile(join(folder, 'new/1'), 'A: 1\n\n')
    await truncate(join(folder, 'new/1'), 2 ** 30)
    const [found] = await read(folder)
    expect([found?.text.length, found?.whole]).toEqual([maxMessage, false])
  })
})

it('says what is no mailbox', async () => {
  await expect(read(join(folder, 'none'))).rejects.toMatchObject({ code: 'SP_FILE_MISSING' })
  await expect(read(folder)).rejects.toMatchObject({ code: 'SP_FILE_UNREADABLE', where: folder })
  await expect(read('/dev/null')).rejects.toMatchObject({ code: 'SP_FILE_UNREADABLE' })
})
