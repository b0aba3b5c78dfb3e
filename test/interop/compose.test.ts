/** Python's email package finds the same in a message of a campaign as in one of nodemailer's MailComposer. */
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { composeOurs, composeTheirs, oddMessage } from '../support/oddMessage.ts'
import { runOrThrow } from './lab/command.ts'
import { repository } from './lab/requirement.ts'

async function read(messages: readonly Buffer[]): Promise<unknown[]> {
  const input = messages.map((message) => `${message.toString('base64')}\n`).join('')
  const output = await runOrThrow(['/usr/bin/python3', join(repository, 'test/interop/readParts.py')], { input })
  return output
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown)
}

test('messages of any content mean the same to another reader', async () => {
  const odd = fc.sample(oddMessage, 400)
  const ours = await read(odd.map(composeOurs))
  const theirs = await read(await Promise.all(odd.map(composeTheirs)))
  expect(ours.length).toBe(odd.length)
  for (const [index, message] of ours.entries()) expect(message, JSON.stringify(odd[index])).toEqual(theirs[index])
})
