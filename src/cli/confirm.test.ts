import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { confirmOnTerminal } from './confirm.ts'

async function answer(text: string): Promise<{ said: boolean; shown: string }> {
  const output = new PassThrough()
  const said = confirmOnTerminal('Make this change? [y/N] ', new PassThrough().end(text), output)
  return { said: await said, shown: String(output.read() ?? '') }
}

it.each(['y\n', 'yes\n', ' Y \n', 'YES\r\n'])('%j is yes', async (text) => {
  expect(await answer(text)).toEqual({ said: true, shown: 'Make this change? [y/N] ' })
})

it.each(['\n', 'n\n', 'no\n', 'yes please\n', 'yy\n', 'ok\ny\n', ''])('%j is no', async (text) => {
  expect((await answer(text)).said).toBe(false)
})
