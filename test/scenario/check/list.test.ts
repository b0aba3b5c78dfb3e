import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sweepList } from '../../../src/cli/checkList.ts'
import type { Progress } from '../../../src/cli/progress.ts'
import { StateFile, type SweptDomain } from '../../../src/sweep/index.ts'
import { type Script, type ScriptedServer, type Zone, spellReply } from '../../../src/world/index.ts'
import { type Lab, startLab } from '../../support/lab.ts'

const day = 86_400_000

let folder: string
let files = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-list-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

/** Five mail hosts. The one that hangs serves the largest domains. */
const hosts: readonly { readonly mx: string; readonly script: Partial<Script>; readonly verdict: string }[] = [
  { mx: 'mx.hanging.test', script: { greeting: { silence: true } }, verdict: 'unreachable' },
  { mx: 'mx.good.test', script: {}, verdict: 'valid' },
  {
    mx: 'mx.plain.test',
    script: { ehlo: spellReply(250, 'mx', 'SIZE'), starttls: spellReply(502, 'What?') },
    verdict: 'plaintext',
  },
  { mx: 'mx.refusing.test', script: { greeting: { close: true, before: '554 No\r\n' } }, verdict: 'refused' },
  { mx: 'mx.broken.test', script: { starttls: spellReply(502, 'What?') }, verdict: 'broken' },
]

const addressOf = (index: number): string => `5.45.25.${index + 1}`

/** Thirty domains, six on each host; 465 recipients. */
const domains = Array.from({ length: 30 }, (_, index) => ({
  domain: `d${index}.test`,
  recipients: 30 - index,
  host: hosts[Math.floor(index / 6)],
}))
const counts = new Map(domains.map(({ domain, recipients }) => [domain, recipients]))

async function openLab(): Promise<{ lab: Lab; servers: readonly ScriptedServer[] }> {
  const zone: Record<string, Zone[string]> = {}
  for (const [index, { mx }] of hosts.entries()) zone[mx] = { A: [addressOf(index)] }
  for (const { domain, host } of domains) zone[domain] = { MX: [{ preference: 10, exchange: host?.mx ?? '' }] }
  const lab = await startLab({ zone })
  const servers: ScriptedServer[] = []
  for (const [index, { mx, script }] of hosts.entries())
    servers.push(await lab.addServer(addressOf(index), { script: { hostname: mx, ...script } }))
  return { lab, servers }
}

interface RunOptions {
  readonly path: string
  readonly maxAgeMs?: number
  /** Ends the run when so many hosts are done. */
  readonly until?: number
}

async function run(lab: Lab, { path, maxAgeMs = day, until = Number.POSITIVE_INFINITY }: RunOptions) {
  const stop = new AbortController()
  const seen: string[] = []
  const progress: Progress = {
    visible: true,
    show: (done, total, detail) => {
      seen.push(`${done}/${total} ${detail}`)
      if (done >= until) stop.abort()
    },
    clear: () => undefined,
  }
  const state = await StateFile.open(path, { clock: lab.clock, basis: '', maxAgeMs })
  const swept = await sweepList(counts, lab.context, state, stop.signal, progress)
  await state.close()
  return { swept, seen, damaged: state.damaged }
}

const verdictsOf = (swept: readonly SweptDomain[]) => swept.map(({ domain, set }) => [domain, set?.result?.verdict])
const expected = domains.map(({ domain, host }) => [domain, host?.verdict])
const connectionsOf = (servers: readonly ScriptedServer[]) => servers.map(({ connections }) => connections.length)
const newPath = (): string => join(folder, `${++files}.jsonl`)

it('case 76: thirty domains on five hosts are five examinations, and the one that hangs holds nobody else', async () => {
  const { lab, servers } = await openLab()
  await using _ = lab
  const path = newPath()
  const { swept, seen } = await run(lab, { path })
  expect(verdictsOf(swept)).toEqual(expected)
  expect(new Set(swept.map(({ set }) => set)).size).toBe(5)
  // The hanging host has the most recipients and was begun first; the others were done before its five minutes were up.
  const [hanging, ...others] = [...new Set(swept.map(({ set }) => set))].map((set) => Date.parse(set?.result?.checkedAt ?? ''))
  for (const other of others) expect(other).toBeLessThan(lab.clock.start + 300_000)
  expect(hanging).toBeGreaterThanOrEqual(lab.clock.start + 300_000)
  expect(seen.at(-1)).toBe('5/5 mail servers, 100% of recipients known')
  // Thirty domains cost what five do.
  const alone = await openLab()
  await using __ = alone.lab
  for (const { domain } of domains.filter((_, index) => index % 6 === 0)) await alone.lab.check(domain)
  expect(connectionsOf(servers)).toEqual(connectionsOf(alone.servers))
  // Nothing is kept of the hosts but what the state file holds, a line each.
  expect([lab.context.observed.size, lab.context.turns.size]).toEqual([0, 0])
  expect((await readFile(path, 'utf8')).trimEnd().split('\n')).toHaveLength(1 + 5)
})

it('case 76: an interrupted run keeps what it knew, and goes on with the rest', async () => {
  const { lab, servers } = await openLab()
  await using _ = lab
  const path = newPath()
  const first = await run(lab, { path, until: 4 })
  expect(lab.clock.elapsed).toBeLessThan(300_000)
  const known = first.swept.filter(({ set }) => set?.result)
  expect(known).toHaveLength(24)
  expect(verdictsOf(first.swept.slice(0, 6)).map(([, verdict]) => verdict)).toEqual(Array.from({ length: 6 }))
  // The connection to the host that hangs was ended, not left open.
  await servers[0]?.connections[0]?.closed
  const before = connectionsOf(servers)
  const second = await run(lab, { path })
  expect(verdictsOf(second.swept)).toEqual(expected)
  expect(second.swept.map(({ set }) => set?.recalled)).toEqual(domains.map((_, index) => index >= 6))
  expect(connectionsOf(servers).map((count, index) => count > (before[index] ?? 0))).toEqual(hosts.map((_, index) => index === 0))
})

it('a state file that was cut in the middle of a line costs that host another visit', async () => {
  const { lab, servers } = await openLab()
  await using _ = lab
  const path = newPath()
  await run(lab, { path })
  const text = await readFile(path, 'utf8')
  const last = text.trimEnd().split('\n').at(-1) ?? ''
  await truncate(path, Buffer.byteLength(text) - 20)
  const before = connectionsOf(servers)
  const { swept, damaged } = await run(lab, { path })
  expect(damaged).toBe(0)
  expect(verdictsOf(swept)).toEqual(expected)
  const visited = hosts.map(({ mx }) => last.includes(mx))
  expect(visited.filter(Boolean)).toHaveLength(1)
  expect(connectionsOf(servers).map((count, index) => count > (before[index] ?? 0))).toEqual(visited)
  // And a line in the middle that is no more what it was.
  const lines = (await readFile(path, 'utf8')).split('\n')
  lines[1] = 'x'
  await writeFile(path, lines.join('\n'))
  expect(await run(lab, { path })).toMatchObject({ damaged: 1 })
})

it('case 66: answers show their age, and are asked for anew when they are too old', async () => {
  const { lab } = await openLab()
  await using _ = lab
  const path = newPath()
  const first = await run(lab, { path })
  const times = (swept: readonly SweptDomain[]) => swept.map(({ set }) => Date.parse(set?.result?.checkedAt ?? ''))
  await lab.clock.sleep(day / 2)
  const later = await run(lab, { path })
  // Half a day later the verdicts stand, and who gave none is asked again.
  for (const [index, { domain, host }] of domains.entries()) {
    const again = host?.verdict === 'unreachable' || host?.verdict === 'refused'
    expect([domain, (times(later.swept)[index] ?? 0) > (times(first.swept)[index] ?? 0)]).toEqual([domain, again])
  }
  const anew = await run(lab, { path, maxAgeMs: 0 })
  expect(anew.swept.every(({ set }) => set?.recalled === false)).toBe(true)
})

it('case 76: opens no more than four connections at a time to the hosts of one provider', async () => {
  const names = Array.from({ length: 12 }, (_, index) => `customer${index}.mail.protection.outlook.com`)
  const zone: Record<string, Zone[string]> = {}
  for (const [index, mx] of names.entries()) {
    zone[`d${index}.test`] = { MX: [{ preference: 10, exchange: mx }] }
    zone[mx] = { A: [`5.45.26.${index * 2 + 1}`, `5.45.26.${index * 2 + 2}`] }
  }
  await using lab = await startLab({ zone })
  let open = 0
  let most = 0
  const server = await lab.addServer('5.45.26.1')
  for (let index = 0; index < 24; index++) lab.network.put(`5.45.26.${index + 1}`, 25, server)
  const context = {
    ...lab.context,
    dialer: (async (...words) => {
      const dialed = await lab.context.dialer(...words)
      if (dialed.kind === 'connected') {
        most = Math.max(most, ++open)
        dialed.socket.once('close', () => (open -= 1))
      }
      return dialed
    }) satisfies Lab['context']['dialer'],
  }
  const state = await StateFile.open(newPath(), { clock: lab.clock, basis: '', maxAgeMs: day })
  const progress: Progress = { visible: false, show: () => undefined, clear: () => undefined }
  const swept = await sweepList(
    new Map(names.map((_, index) => [`d${index}.test`, 1])),
    context,
    state,
    new AbortController().signal,
    progress,
  )
  await state.close()
  expect(swept.every(({ set }) => set?.result?.verdict === 'unauthenticated' && set.provider?.id === 'microsoft')).toBe(true)
  expect(most).toBe(4)
  expect(open).toBe(0)
})
