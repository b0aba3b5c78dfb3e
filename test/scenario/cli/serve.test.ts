import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { checkTemplates, createRenderer, freezeCampaign, loadCampaign } from '../../../src/campaign/index.ts'
import { openKeys } from '../../../src/keys.ts'
import { QueueDatabase } from '../../../src/store/index.ts'
import { createUnsubscribeLink, printUnsubscribeToken, unsubscribeKeys } from '../../../src/unsubscribe/index.ts'
import { freePort } from '../../support/freePort.ts'

const bin = fileURLToPath(new URL('../../../bin/sealpost.js', import.meta.url))

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))

  await writeFile(join(folder, 'sealpost.yaml'), 'data: ./data\nserver:\n  baseUrl: https://news.shop.example\n')
  await writeFile(join(folder, 'list.csv'), 'email\nada@a.test\nbob@b.test\n')
  await writeFile(join(folder, 'text.txt'), 'Hello\n{{ unsubscribe_url }}\n')
  await writeFile(
    join(folder, 'campaign.yaml'),
    'name: spring\nlist: ./list.csv\nfrom: Shop <news@shop.example>\nsubject: s\ntext: ./text.txt\nunsubscribe:\n  list: news\n',
  )
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

function start(...words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [bin, ...words], { cwd: folder, env: { ...process.env, NO_COLOR: '1' } })
}

async function run(...words: readonly string[]) {
  const child = start(...words)
  const out = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk) => (out.stdout += String(chunk)))
  child.stderr?.on('data', (chunk) => (out.stderr += String(chunk)))
  const [exit] = await once(child, 'close')
  return { exit: Number(exit), ...out }
}

it('the link of a message lets its recipient go, while others hold the data folder', async () => {
  const frozen = await freezeCampaign(await loadCampaign(join(folder, 'campaign.yaml')))
  await checkTemplates(frozen, ['email'])
  const data = join(folder, 'data')
  // As a sender that is running holds it.
  await using queue = await QueueDatabase.open(data)
  const campaign = { name: 'spring', digest: frozen.digest, frozen: JSON.stringify(frozen), createdAt: 0 }
  await queue.accept(campaign, rows())
  const keys = await openKeys(data, unsubscribeKeys)
  expect((await stat(join(data, 'keys/unsubscribe.key'))).mode & 0o777).toBe(0o600)
  const leaving = { messageId: 1, campaign: 'spring', list: 'news', addressKey: 'ada@a.test' }
  const unsubscribe = createUnsubscribeLink(leaving, { baseUrl: 'https://news.shop.example', mailto: undefined, keys })
  const target = { id: '1', address: 'ada@a.test', columns: {}, createdAt: 0, unsubscribe }
  const { raw } = await createRenderer(frozen).render(target)
  expect(raw.toString().replaceAll('=\r\n', '')).toContain(unsubscribe.url)
  expect(raw.toString()).toContain(`\r\nList-Unsubscribe: <${unsubscribe.url}>\r\n`)

  await writeFile(
    join(folder, 'free.yaml'),
    `data: ./data\nserver:\n  baseUrl: https://news.shop.example\n  listen: "127.0.0.1:${await freePort()}"\n`,
  )
  const server = start('serve', '-s', 'free.yaml')
  let said = ''
  server.stderr?.on('data', (chunk) => (said += String(chunk)))
  const [line] = (await once(server.stdout ?? server, 'data')) as [Buffer]
  const port = /port (\d+)/.exec(line.toString())?.[1] ?? ''
  const link = `http://127.0.0.1:${port}${new URL(unsubscribe.url).pathname}`
  const page = await fetch(link)
  expect(await page.text()).toContain('<strong>Shop</strong>')
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200)
  expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toContain(
    'sealpost_queue_messages{campaign="spring",state="waiting"} 2',
  )
  expect((await run('unsubscribe', 'rotate-key')).exit).toBe(0)
  const newer = printUnsubscribeToken(
    { ...leaving, messageId: 2, addressKey: 'bob@b.test' },
    await openKeys(data, unsubscribeKeys),
  )
  // Nobody told the server.
  expect((await fetch(`http://127.0.0.1:${port}/u/${newer}`)).status).toBe(200)
  const done = await fetch(link, {
    method: 'POST',
    body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
    redirect: 'error',
  })
  expect(done.status).toBe(200)
  expect(JSON.parse((await run('suppression', 'list', '--json')).stdout)).toMatchObject([
    { address: 'ada@a.test', list: 'news', reason: 'unsubscribe', source: 'link of message 1', campaign: 'spring' },
  ])
  server.kill('SIGTERM')
  expect(await once(server, 'close')).toEqual([0, null])
  expect(said).toBe('')
})

it('a campaign that gives links shows them, and the settings say where they lead', async () => {
  await writeFile(join(folder, 'text.txt'), 'Hello\n')
  const blind = await run('send', 'campaign.yaml')
  expect([blind.exit, blind.stderr]).toEqual([2, expect.stringContaining('shows no way out')])
  await writeFile(join(folder, 'text.txt'), '{{ unsubscribe_url }}\n')
  await writeFile(join(folder, 'sealpost.yaml'), 'data: ./data\n')
  const lost = await run('send', 'campaign.yaml')
  expect([lost.exit, lost.stderr]).toEqual([2, expect.stringContaining('server.baseUrl does not say where it leads')])
  expect((await run('serve')).stderr).toContain('server.baseUrl is not set')
})

it('keys are turned over, and links are checked', async () => {
  expect((await run('unsubscribe', 'rotate-key')).stdout).toContain('key 2 from now on')
  expect([...(await openKeys(join(folder, 'data'), unsubscribeKeys)).all.keys()]).toEqual([1, 2])
  await writeFile(join(folder, 'sealpost.yaml'), 'data: ./data\nserver:\n  baseUrl: http://127.0.0.1\n')
  expect(await run('unsubscribe', 'check')).toMatchObject({ exit: 1, stdout: expect.stringContaining('must begin with https') })
})

it('the suppression list is given to others in three ways, and taken back by its hashes', async () => {
  await run('suppression', 'add', 'ada@a.test', '--list', 'news')
  const keyed = (await run('suppression', 'export')).stdout
  expect(keyed).toMatch(/^hmac_sha256,list,reason,since\n"[0-9a-f]{64}","news","manual","20/)
  expect((await run('suppression', 'export')).stdout).toBe(keyed)
  const { stdout: hashed, stderr } = await run('suppression', 'export', '--sha256')
  expect(stderr).toContain('can be guessed')
  expect(await run('suppression', 'export', '--plain')).toMatchObject({ exit: 2, stdout: '' })
  expect((await run('suppression', 'export', '--plain', '--yes')).stdout).toContain('"ada@a.test"')
  await run('suppression', 'remove', 'ada@a.test')
  await writeFile(join(folder, 'theirs.csv'), hashed)
  expect((await run('suppression', 'import', 'theirs.csv', '--list', 'news')).stdout).toBe('1 address added.\n')
  expect((await run('suppression', 'list')).stdout).toMatch(/^sha256:[0-9a-f]{64} {2}import \(news\)/)
  await writeFile(join(folder, 'plain.txt'), 'bob@b.test\nnonsense\n')
  expect((await run('suppression', 'import', 'plain.txt')).stdout).toContain('1 address added. 1 row left out')
})

async function* rows() {
  for (const address of ['ada@a.test', 'bob@b.test'])
    yield { kind: 'recipient', address, addressKey: address, domain: address.slice(4), columns: {} } as const
}
