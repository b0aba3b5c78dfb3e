/**
 * A list comes from whoever filled in a form, or from a shop that was broken into. Whoever writes a row wants: to exhaust
 * memory or time with a file that is small or has no end, to steer the terminal of the person who looks at it, to smuggle
 * a header into messages through a cell, or to run a formula in the spreadsheet of whoever exports it.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Desk, openDesk } from '../support/cli.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk({ keep: true })
})
afterAll(async () => {
  await desk[Symbol.asyncDispose]()
})

async function look(content: string | Buffer, ...words: readonly string[]) {
  await writeFile(join(desk.folder, 'hostile.csv'), content)
  return desk.run('list', 'import', 'hostile.csv', '--name', 'hostile', ...words)
}

/** The text that a terminal is given has nothing that steers it. */
function expectHarmless(...texts: readonly string[]): void {
  for (const text of texts) expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
}

test('a cell of 5 MB, a quote that is never closed, a line without an end', async () => {
  const long = 'x'.repeat(5 * 1024 * 1024)
  for (const [content, said] of [
    [`email,note\na@x.org,${long}\n`, 'hostile.csv:2: The row is longer than 1 MB'],
    [`email,note\na@x.org,"${long}"\n`, 'hostile.csv:2: A quote opens here and is not closed within 1 MB'],
    [`email,note\na@x.org,"${'b@x.org,1\n'.repeat(600_000)}`, 'hostile.csv:2: A quote opens here and is not closed within 1 MB'],
    [`email${',x'.repeat(2_000_000)}`, 'hostile.csv:1: The row is longer than 1 MB'],
    [`email${Array.from({ length: 5000 }, (_, index) => `,c${index}`).join('')}\n`, 'a list has at most 1000 columns'],
    [`{"email":"a@x.org"}\n{"email":"${long}"}\n`, 'hostile.csv:2: The row is longer than 1 MB'],
    [`{"email":"a@x.org"}\n${'{"a":'.repeat(100_000)}\n`, undefined],
  ] as const) {
    const { exit, stderr } = await look(content)
    if (said !== undefined) expect(stderr).toContain(said)
    expect(exit).toBe(said === undefined ? 1 : 2)
  }
})

test('gzip that expands a thousand times is read with bounds', async () => {
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, 'x'))
  expect(bomb.length).toBeLessThan(300_000)
  const { exit, stderr } = await look(Buffer.concat([gzipSync('email\na@x.org\n'), bomb]))
  expect(stderr).toContain('The row is longer than 1 MB')
  expect(exit).toBe(2)
})

test('controls and turned text are shown as codes, wherever they stand', async () => {
  const row = '"\u001b]0;owned\u0007","\u202emoc.live@a","\u009b31m"\n'
  const { stdout, stderr } = await look(`email,note,"\u202eeman\u001b[2J"\na@x.org,ok,"\u202eok"\n${row}`)
  expectHarmless(stdout, stderr)
  expect(stdout).toContain('\\x1b]0;owned\\x07')
  const data = await look(`email,note,"\u202eeman\u001b[2J"\na@x.org,ok,"\u202eok"\n${row}`, '--json', '--commit')
  expectHarmless(data.stdout)
  for (const words of [
    ['show', 'hostile'],
    ['show', 'hostile', '--where', '\u001b[2J'],
    ['export', 'hostile', '--json'],
  ]) {
    const shown = await desk.run('list', ...words)
    expectHarmless(shown.stdout, shown.stderr)
  }
})

test('a cell cannot put a header into a message', async () => {
  await desk.write(
    'hostile.yaml',
    'name: hostile\nlist: ./hostile.csv\nfrom: news@shop.example\nsubject: "Hi {{ note }}"\ntext: ./plain.txt\n',
  )
  await desk.write('plain.txt', 'Hello\n')
  const injected = 'x\r\nBcc: victim@valid.test\r\n\r\nbody'
  await writeFile(
    join(desk.folder, 'hostile.csv'),
    `email,note\na@valid.test,"${injected}"\n"b@valid.test\r\nBcc: c@valid.test",x\n`,
  )
  const refused = await desk.run('send', 'hostile.yaml', '--json')
  expect(refused).toMatchObject({ exit: 2, stdout: '' })
  expect(refused.stderr).toMatch(/hostile\.csv.*note/s)
  expect(desk.world.received().total).toBe(0)
  const { stdout } = await look(`email,note\na@valid.test,"${injected}"\n"b@valid.test\r\nBcc: c@valid.test",x\n`)
  expect(stdout).toContain('line 6, column email')
  expect(stdout).toContain('a line break stands in it')
  expect(stdout).toContain('1 cell of column note has line breaks: do not use it in the subject or another header')
})

test('NUL is named with its line, in either form of list', async () => {
  expect((await look('email,note\na@x.org,a\0b\n')).stderr).toContain('hostile.csv:2: The line has a NUL byte')
  const { stdout, exit } = await look('{"email":"a@x.org","note":"a\\u0000b"}\n{"email":"b@x.org","note":"c"}\n')
  expect(stdout).toContain('line 1, column note: "a\\x00b": the control character \\x00 stands in it. Delete it')
  expect(exit).toBe(1)
})

test('names of columns that every object has are columns like others', async () => {
  const { exit } = await look('email,__proto__,constructor,hasOwnProperty\na@x.org,1,2,3\n', '--commit', '--replace')
  expect(exit).toBe(0)
  expect((await desk.run('list', 'show', 'hostile', '--where', 'constructor = 2 and hasOwnProperty = 3')).stdout).toContain(
    ': 1 (100%)',
  )
})
