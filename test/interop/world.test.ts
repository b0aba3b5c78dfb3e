/** On each server of the demo's world, swaks and openssl see what `check` sees; where they look less closely, it is said. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CheckResult, createCheckContext, examine, parseTarget } from '../../src/check/index.ts'
import { systemClock } from '../../src/clock.ts'
import { createResolver } from '../../src/dns/index.ts'
import { dial } from '../../src/starttls/index.ts'
import { Trust } from '../../src/tls/index.ts'
import { type Host, type World, startWorld } from '../../src/world/index.ts'

let world: World
let folder: string
beforeAll(async () => {
  world = await startWorld()
  folder = mkdtempSync(join(tmpdir(), 'sealpost-'))
  writeFileSync(join(folder, 'ca.pem'), world.caPem)
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

interface Told {
  readonly status: number
  readonly output: string
}

async function run(command: string, ...words: string[]): Promise<Told> {
  return new Promise((resolve) => {
    const child = execFile(command, words, { timeout: 20_000 }, (error, stdout, stderr) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : error ? -1 : 0, output: stdout + stderr })
    })
    child.stdin?.end()
  })
}

async function askOpenssl(
  host: Host,
): Promise<{ readonly handshake: boolean; readonly verified: boolean; readonly output: string }> {
  const words = ['s_client', '-starttls', 'smtp', '-brief', '-name', 'client.test', '-connect', `${host.address}:${world.port}`]
  const { output } = await run(
    'openssl',
    ...words,
    '-servername',
    host.mx,
    '-verify_hostname',
    host.mx,
    '-CAfile',
    join(folder, 'ca.pem'),
  )
  return { handshake: output.includes('CONNECTION ESTABLISHED'), verified: output.includes('Verification: OK'), output }
}

/** swaks ends with 0 where TLS came about; with --tls-verify only where the chain is trusted, whatever its name. */
async function askSwaks(host: Host, verify: boolean): Promise<boolean> {
  const words = ['--tls', '--quit-after', 'TLS', '--helo', 'client.test', '--from', 'a@client.test', '--to', `b@${host.domain}`]
  const peer = ['--server', host.address, '--port', String(world.port), '--tls-sni', host.mx]
  const { status } = await run(
    'swaks',
    ...words,
    ...peer,
    ...(verify ? ['--tls-verify', '--tls-ca-path', join(folder, 'ca.pem')] : []),
  )
  return status === 0
}

async function check(domain: string): Promise<CheckResult> {
  const context = createCheckContext({
    resolver: createResolver({
      servers: [{ address: world.dns.host, port: world.dns.port }],
      timeoutMs: 5_000,
      tries: 1,
      clock: systemClock,
    }),
    trust: new Trust([world.caPem]),
    clock: systemClock,
    dialer: dial,
    names: ['client.test'],
    timeouts: { connect: 10_000, greeting: 10_000, command: 10_000, handshake: 10_000 },
    port: world.port,
    allowPrivateAddresses: true,
    retryMs: [],
    otherPorts: [],
    deep: false,
    budget: 8,
    probeMail: false,
  })
  return examine(parseTarget(domain), context)
}

const encrypted = ['valid', 'unauthenticated']

describe.each([
  ['valid.test', 'valid'],
  ['implicit.test', 'valid'],
  ['selfsigned.test', 'unauthenticated'],
  ['expired.test', 'unauthenticated'],
  ['wrongname.test', 'unauthenticated'],
  ['plain.test', 'plaintext'],
  ['stripped.test', 'plaintext'],
  ['busy.test', 'temporary'],
  ['refusing.test', 'refused'],
])('%s is %s', (domain, verdict) => {
  test('for check, for openssl and for swaks', async () => {
    const host = world.hosts.find((one) => one.domain === domain)
    if (!host) throw new Error(`the world has no ${domain}`)
    expect((await check(domain)).verdict).toBe(verdict)
    const openssl = await askOpenssl(host)
    expect(openssl.handshake, openssl.output).toBe(encrypted.includes(verdict))
    expect(openssl.verified, openssl.output).toBe(verdict === 'valid')
    expect(await askSwaks(host, false)).toBe(encrypted.includes(verdict))
    // swaks compares no name: a certificate for another host is as good to it.
    expect(await askSwaks(host, true)).toBe(verdict === 'valid' || domain === 'wrongname.test')
  })
})

test('injected.test is broken for check; openssl throws the injected lines away and does not tell', async () => {
  const host = world.hosts.find((one) => one.domain === 'injected.test')
  if (!host) throw new Error('the world has no injected.test')
  expect(await check('injected.test')).toMatchObject({ verdict: 'broken', cause: 'injected' })
  expect((await askOpenssl(host)).handshake).toBe(true)
})

test('every server of the world is among them', () => {
  expect(world.hosts.map((host) => host.domain).toSorted()).toEqual([
    'busy.test',
    'expired.test',
    'implicit.test',
    'injected.test',
    'plain.test',
    'refusing.test',
    'selfsigned.test',
    'stripped.test',
    'valid.test',
    'wrongname.test',
  ])
})
