/** Sealpost on the domains of the signed world: what it says of them, and what it does with a message for each. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Workplace, createWorkplace, readJson, runSealpost } from '../lab/sealpost.ts'
import type { World } from './world.ts'

export interface Checked {
  readonly domain: string
  readonly verdict: string
  readonly cause: string
  readonly words: string
}

export interface Sent {
  readonly domain: string
  readonly state: 'sent' | 'held' | 'deferred' | 'failed' | 'waiting'
  readonly verdict: string
  readonly reason: string
}

/** The resolver is known to check signatures. Who waits for a silent server shall not wait for long. */
const dns = { servers: ['127.0.0.1:53'], trustAd: 'yes', timeout: '1s', tries: 2 }

export async function checkDomains(
  world: World,
  domains: readonly string[],
  different: Readonly<Record<string, unknown>> = {},
): Promise<ReadonlyMap<string, Checked>> {
  const { settings } = createWorkplace(world, { dns: { ...dns, ...different } })
  const document = readJson(await runSealpost(world, 'check', ...domains, '--settings', settings, '--json'))
  const { results } = document as { readonly results: readonly Checked[] }
  return new Map(results.map((result) => [result.domain, result]))
}

export function createDataFolder(world: World): Workplace {
  return createWorkplace(world, { dns })
}

/** A campaign at the level `encrypted`, with one recipient in each domain, tried once. */
export async function sendToDomains(
  world: World,
  domains: readonly string[],
  { name = 'world', workplace = createDataFolder(world) } = {},
): Promise<ReadonlyMap<string, Sent>> {
  const write = (part: string, text: string): void => writeFileSync(join(workplace.folder, part), text)
  write('list.csv', ['email', ...domains.map((domain) => `sealpost@${domain}`), ''].join('\n'))
  write('message.txt', 'Hello\n')
  const files = { list: 'list.csv', text: 'message.txt', level: 'encrypted' }
  write('campaign.yaml', JSON.stringify({ name, from: 'news@client.test', subject: 'Hello', ...files }))
  const file = join(workplace.folder, 'campaign.yaml')
  const report = readJson(await runSealpost(world, 'send', file, '--settings', workplace.settings, '--json'))
  const lines = (report as { readonly domains: readonly (Sent & Record<Sent['state'], number>)[] }).domains
  return new Map(lines.map((line) => [line.domain, { ...line, state: findState(line) }]))
}

/** Its one message is in one of them. */
function findState(line: Record<Sent['state'], number>): Sent['state'] {
  return (['sent', 'held', 'deferred', 'failed'] as const).find((state) => line[state] === 1) ?? 'waiting'
}
