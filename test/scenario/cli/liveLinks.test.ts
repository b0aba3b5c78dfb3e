/**
 * The way out before a campaign begins: `sealpost serve` with a certificate of its own, and `sealpost preflight` that
 * fetches and posts a link of the very server, as mail programs do.
 */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { createServer, request } from 'node:https'
import { expect, it } from 'vitest'
import { openKeys } from '../../../src/keys.ts'
import type { Preflight } from '../../../src/report/index.ts'
import { printUnsubscribeToken, unsubscribeKeys } from '../../../src/unsubscribe/index.ts'
import { type Desk, openDesk } from '../../support/cli.ts'
import { freePort } from '../../support/freePort.ts'
import { listen } from '../../support/listen.ts'

const host = 'news.shop.example'

interface Site extends AsyncDisposable {
  readonly desk: Desk
  readonly port: number
  /** Starts `sealpost serve` with the settings of that file. */
  serve(settings?: string): Promise<ChildProcess>
  /** What the rule about live links says; undefined where it is kept. */
  look(): Promise<{ readonly severity: string; readonly evidence: string } | undefined>
}

/** A campaign with links to a name that the world knows, and a certificate for it of the world's authority. */
async function openSite(): Promise<Site> {
  const port = await freePort()
  const server = (data: string) =>
    `server: { baseUrl: "https://${host}:${port}", listen: "127.0.0.1:${port}", cert: ./cert.pem, key: ./key.pem }\n${data}`
  const desk = await openDesk({ settings: server(''), campaign: 'unsubscribe: { list: news }\n' })
  const children: ChildProcess[] = []
  desk.world.dnsServer.set(host, { A: ['127.0.0.1'] })
  const { key, cert } = await desk.world.authority.issue({ names: [host] })
  await desk.write('cert.pem', cert)
  await desk.write('key.pem', key)
  await desk.write('message.txt', 'Hello {{ name }}\n{{ unsubscribe_url }}\n')
  // Somebody else's server: the same in all but its data, and so its key.
  await desk.write('other.yaml', server('data: ./other\n'))
  return {
    desk,
    port,
    serve: async (settings = 'sealpost.yaml') => {
      const { child } = desk.start('serve', '-s', settings)
      children.push(child)
      await once(child.stdout ?? child, 'data')
      return child
    },
    look: async () => {
      const { stdout, stderr } = await desk.run('preflight', 'campaign.yaml', '--json')
      if (stdout === '') throw new Error(stderr)
      const { findings, kept } = (JSON.parse(stdout) as Preflight).compliance
      const found = findings.find(({ rule }) => rule === 'unsubscribe-unanswered')
      expect(kept.includes('unsubscribe-unanswered')).toBe(found === undefined)
      return found
    },
    [Symbol.asyncDispose]: async () => {
      for (const child of children) await stop(child)
      await desk[Symbol.asyncDispose]()
    },
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'close')
}

/** Asks the server itself, over TLS that is checked. */
async function ask(
  { desk, port }: Site,
  path: string,
  method: 'GET' | 'POST' = 'GET',
): Promise<{ status: number; body: string }> {
  const asked = request({
    host: '127.0.0.1',
    port,
    servername: host,
    path,
    method,
    ca: desk.world.caPem,
    agent: false,
    headers: { host: `${host}:${port}`, ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}) },
  })
  asked.end(method === 'POST' ? 'List-Unsubscribe=One-Click' : undefined)
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  let body = ''
  for await (const chunk of answer) body += String(chunk)
  return { status: answer.statusCode ?? 0, body }
}

it('a server that answers GET and POST lets the campaign begin, and nobody is unsubscribed by the look', async () => {
  await using site = await openSite()
  const { desk } = site
  // Before it ran in this folder there is no key to make a link with.
  expect(await site.look()).toMatchObject({ severity: 'untested', evidence: expect.stringContaining('no key yet') as string })
  await site.serve()
  expect(await site.look()).toBeUndefined()
  const metrics = (await ask(site, '/metrics')).body
  // One GET and one POST, of a link that is nobody's.
  expect(metrics).toMatch(/sealpost_requests_total\{outcome="page"\} 2\n/)
  expect(metrics).not.toMatch(/sealpost_unsubscribes_total\{[^}]*\} [1-9]/)
  expect((await desk.run('suppression', 'list', '--json')).stdout.trim()).toBe('[]')
  const { exit, stdout } = await desk.run('unsubscribe', 'check')
  expect({ exit, stdout }).toMatchObject({ exit: 0, stdout: expect.stringContaining('one click is enough') as string })
  // The messages that follow have links that the same server answers.
  expect((await desk.run('send', 'campaign.yaml')).exit).toBe(0)
  const keys = await openKeys(`${desk.folder}/data`, unsubscribeKeys)
  const leaving = { messageId: 1, campaign: 'spring', list: 'news', addressKey: 'ada@valid.test' }
  const path = `/u/${printUnsubscribeToken(leaving, keys)}`
  expect((await ask(site, path)).status).toBe(200)
  expect((await desk.run('suppression', 'list', '--json')).stdout.trim()).toBe('[]')
  expect((await ask(site, path, 'POST')).status).toBe(200)
  expect(JSON.parse((await desk.run('suppression', 'list', '--json')).stdout)).toMatchObject([
    { address: 'ada@valid.test', list: 'news', reason: 'unsubscribe' },
  ])
})

it('one that is down is told, and stops the campaign where it is meant for real recipients', async () => {
  await using site = await openSite()
  await stop(await site.serve())
  const found = await site.look()
  // Everybody on the list is in a domain for tests: an error is told as a warning there.
  expect(found).toMatchObject({ severity: 'warning', evidence: expect.stringContaining('ECONNREFUSED') as string })
  await site.desk.write('list.csv', 'email,name\nada@shop.com,Ada\n')
  site.desk.world.dnsServer.set('shop.com', { MX: [{ preference: 10, exchange: 'mx.valid.test' }] })
  expect(await site.look()).toMatchObject({ severity: 'error' })
  const { exit, stdout } = await site.desk.run('send', 'campaign.yaml')
  expect({ exit, stdout }).toMatchObject({ exit: 1, stdout: expect.stringContaining('[unsubscribe-unanswered]') as string })
})

it("somebody else's server behind the same name is found out", async () => {
  await using site = await openSite()
  await stop(await site.serve())
  await site.serve('other.yaml')
  expect((await site.look())?.evidence).toContain('it answers 404')
})

it('a certificate that nobody vouches for is found out', async () => {
  await using site = await openSite()
  await site.serve()
  const { key, cert } = await site.desk.world.authority.issue({ names: [host], selfSigned: true })
  await using liar = await listen(createServer({ key, cert }, (_, answer) => answer.end('fine')))
  const settings = await openSettings(site, `server: { baseUrl: "https://${host}:${liar.port}" }\n`)
  const { exit, stdout } = await site.desk.run('unsubscribe', 'check', '-s', settings)
  expect({ exit, stdout }).toMatchObject({ exit: 1, stdout: expect.stringContaining('SELF_SIGNED') as string })
})

it.each([
  [405, 'it answers 405'],
  [302, 'it redirects'],
])('a proxy that lets GET through and answers POST with %s is found out', async (status, words) => {
  await using site = await openSite()
  await site.serve()
  const { key, cert } = await site.desk.world.authority.issue({ names: [host] })
  // As a firewall in front of the server that knows pages only.
  const front = createServer({ key, cert }, (asked, answer) => {
    if (asked.method === 'POST') {
      answer.writeHead(status, { location: '/' }).end()
      return
    }
    const inner = { host: '127.0.0.1', port: site.port, servername: host, ca: site.desk.world.caPem, agent: false }
    request({ ...inner, path: asked.url, headers: { host } }, (found) => {
      answer.writeHead(found.statusCode ?? 500, found.headers)
      found.pipe(answer)
    }).end()
  })
  await using proxy = await listen(front)
  const settings = await openSettings(site, `server: { baseUrl: "https://${host}:${proxy.port}" }\n`)
  const { exit, stdout } = await site.desk.run('unsubscribe', 'check', '-s', settings)
  expect({ exit, stdout }).toMatchObject({ exit: 1, stdout: expect.stringContaining(`${words} `) as string })
  expect(stdout).toContain('(post)')
  const preflight = await site.desk.run('preflight', 'campaign.yaml', '-s', settings, '--json')
  const { findings } = (JSON.parse(preflight.stdout) as Preflight).compliance
  expect(findings.find(({ rule }) => rule === 'unsubscribe-unanswered')?.evidence).toContain(words)
})

/** The site's own settings with another address of the links. */
async function openSettings({ desk }: Site, server: string): Promise<string> {
  const { dns, port } = desk.world
  return desk.write(
    'elsewhere.yaml',
    `data: ./data\nhostname: sender.example\ndns: { servers: ["${dns.host}:${dns.port}"], timeout: 2s, tries: 1 }\ntls: { ca: ./ca.pem }\nnetwork: { allowPrivateAddresses: true, port: ${port} }\n${server}`,
  )
}
