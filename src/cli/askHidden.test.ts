import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { type Terminal, askHidden } from './askHidden.ts'

/** A terminal at which the text is typed, and what it did. */
function openTerminal(typed: string) {
  const modes: boolean[] = []
  const input: Terminal = Object.assign(new PassThrough().end(typed), {
    isTTY: true,
    setRawMode: (raw: boolean) => modes.push(raw),
  })
  const output = new PassThrough()
  return { input, output, modes, shown: () => String(output.read() ?? '') }
}

it.each([
  ['correct horse\r', 'correct horse'],
  ['Straße 😀\n', 'Straße 😀'],
  ['abc\x7f\x7fd\r', 'ad'],
  ['wrong\x15right\r', 'right'],
  ['a\x1bb\x00c\r', 'abc'],
])('takes %j as %j, and shows nothing of it', async (typed, said) => {
  const { input, output, modes, shown } = openTerminal(typed)
  expect(await askHidden('Passphrase: ', input, output)).toBe(said)
  expect(shown()).toBe('Passphrase: \n')
  expect(modes).toEqual([true, false])
})

it.each(['half\x03', 'half', '\x04', 'x'.repeat(3_000)])('%j is no answer', async (typed) => {
  const { input, output, modes } = openTerminal(typed)
  await expect(askHidden('Passphrase: ', input, output)).rejects.toMatchObject({ code: 'SP_USAGE' })
  expect(modes).toEqual([true, false])
})

it.each([
  ['one after another', ['first one\r', 'second one\r']],
  ['at once', ['first one\rsecond one\r']],
])('takes two answers that are typed %s', async (_, chunks) => {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined })
  const output = new PassThrough()
  const answers: (string | undefined)[] = []
  for (const question of ['Passphrase: ', 'Again: ']) {
    const asked = askHidden(question, input, output)
    const chunk = chunks.shift()
    if (chunk !== undefined) input.write(chunk)
    answers.push(await asked)
  }
  expect(answers).toEqual(['first one', 'second one'])
})

it('asks nobody where there is no terminal', async () => {
  const output = new PassThrough()
  expect(await askHidden('Passphrase: ', new PassThrough().end('secret\r'), output)).toBeUndefined()
  expect(output.read()).toBeNull()
})
