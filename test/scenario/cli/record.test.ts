/** What an auditor is told of a campaign: numbers of the evidence, verified first. */
import { appendFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { SentRecord } from '../../../src/report/index.ts'
import { openDesk } from '../../support/cli.ts'

const recipients = ['ada@valid.test', 'bob@valid.test', 'cleo@selfsigned.test', 'dan@plain.test', 'eve@plain.test']

it('tells how each message travelled, what is held, and who released it', async () => {
  await using desk = await openDesk({ recipients })
  await desk.run('send', 'campaign.yaml')
  await desk.run('queue', 'release', '--level', 'opportunistic', '--address', 'dan@plain.test', '--yes')
  await desk.run('send', 'campaign.yaml')
  const { stdout, exit } = await desk.run('record', 'data', '--json')
  const record = JSON.parse(stdout) as SentRecord
  expect(record.delivered).toMatchObject({ messages: 4, encrypted: 3, plaintext: 1, notKnown: 0 })
  expect(record.by.verdict).toEqual([
    { name: 'valid', messages: 2, share: 0.5 },
    { name: 'plaintext', messages: 1, share: 0.25 },
    { name: 'unauthenticated', messages: 1, share: 0.25 },
  ])
  expect(record.held).toMatchObject([{ messages: 1, domains: 1, verdict: 'plaintext' }])
  expect(record.weakest.map(({ verdict }) => verdict)).toEqual(['plaintext', 'unauthenticated'])
  const released = record.acts.find(({ act }) => act === 'messages-released')
  expect(released).toMatchObject({ detail: { campaign: 'spring', level: 'opportunistic', count: 1 } })
  expect(released?.by).toBeTruthy()
  expect(record.evidence).toMatchObject({ status: 'intact', key: expect.stringMatching(/^[0-9a-f]{64}$/) as string })
  // Plaintext is nothing to be overlooked.
  expect(exit).toBe(1)
  const page = await desk.run('record', 'data', '--format', 'html')
  for (const address of recipients) expect(page.stdout).not.toContain(address)
})

it('is of a period, and of a campaign', async () => {
  await using desk = await openDesk({ recipients: recipients.slice(0, 2) })
  await desk.run('send', 'campaign.yaml')
  const read = async (...words: string[]) =>
    (JSON.parse((await desk.run('record', 'data', '--json', ...words)).stdout) as SentRecord).delivered.messages
  expect(await read('--campaign', 'spring', '--since', '2020-01-01')).toBe(2)
  expect(await read('--until', '2020-01-01')).toBe(0)
  const unknown = await desk.run('record', 'data', '--campaign', 'autumn')
  expect(unknown).toMatchObject({ exit: 2, stderr: expect.stringContaining('There are: spring') as string })
  const wrong = await desk.run('record', 'data', '--since', 'yesterday')
  expect(wrong).toMatchObject({ exit: 2, stderr: expect.stringContaining('--since 2026-11-01') as string })
})

it('has the words of the controller from the settings', async () => {
  await using desk = await openDesk({ recipients: recipients.slice(0, 1) })
  await desk.run('send', 'campaign.yaml')
  await appendFile(join(desk.folder, 'sealpost.yaml'), '\nrecord: { controller: "Shop Ltd, Dublin" }\n')
  expect((await desk.run('record', 'data', '--format', 'html')).stdout).toContain('Shop Ltd, Dublin')
})

it('says first that the log was changed', async () => {
  await using desk = await openDesk({ recipients: recipients.slice(0, 1) })
  await desk.run('send', 'campaign.yaml')
  const tiles = join(desk.folder, 'data', 'evidence', 'tile', '0', '000.p')
  for (const width of await readdir(tiles)) await writeFile(join(tiles, width), Buffer.alloc(Number(width) * 32))
  const { stdout, exit } = await desk.run('record', 'data')
  expect(exit).toBe(1)
  expect(stdout).toContain('does NOT verify')
})
