import { expect } from 'vitest'
import type { CheckResult, HostResult } from '../../src/check/index.ts'
import { exitOf } from '../../src/cli/check.ts'
import type { Exit } from '../../src/cli/exit.ts'
import type { IssueOptions, Script, ScriptedServer } from '../../src/world/index.ts'
import type { VirtualClock } from './clock.ts'
import { type Lab, type LabOptions, authority, mx, startLab } from './lab.ts'
import { publicAddress } from './network.ts'
import { type TlsServer, openIdentity, startTlsServer } from './tlsServer/index.ts'

export interface Scenario extends LabOptions {
  readonly target?: string
  readonly certificate?: Partial<IssueOptions>
}

/** What came of one check, in the shapes that tests ask about. */
export interface Checked {
  readonly result: CheckResult
  /** The first host; most scenarios have but one. */
  readonly host: HostResult
  /** Rule id to severity and evidence, of the domain and all hosts. */
  readonly findings: Readonly<Record<string, string>>
  /** At level `encrypted`. */
  readonly exit: Exit
  /** What each connection to the server wrote outside TLS, before it or instead of it. */
  readonly written: readonly string[]
  readonly server: ScriptedServer
  readonly dialed: Lab['network']['dialed']
  readonly clock: VirtualClock
}

/**
 * Checks a domain whose only server is a good one but for `script`.
 *
 * @example
 * ```ts
 * const { host, findings } = await checkWith({ greeting: '421 4.3.2 Busy\r\n' })
 * ```
 */
export async function checkWith(script: Partial<Script> = {}, scenario: Scenario = {}): Promise<Checked> {
  await using lab = await startLab(scenario)
  const { certificate } = scenario
  const server = await lab.addServer(undefined, { script, ...(certificate ? { certificate } : {}) })
  // Awaited here, as the lab is taken down on the way out.
  return await checkIn(lab, server, scenario.target)
}

/** The same in a lab that the test has set up. */
export async function checkIn(lab: Lab, server: ScriptedServer, target?: string): Promise<Checked> {
  const result = await lab.check(target)
  // The client is done; the server has yet to read its last bytes.
  await Promise.all(server.connections.map(async ({ closed }) => closed))
  const [host] = result.hosts
  return {
    result,
    get host() {
      if (!host) throw new Error(`no host was looked at: ${result.words}`)
      return host
    },
    findings: findingsOf(result),
    exit: exitOf([result], 'encrypted'),
    written: server.connections.map(({ plaintext }) => plaintext.toString('latin1')),
    server,
    dialed: lab.network.dialed,
    clock: lab.clock,
  }
}

/** What came of a check of a server that speaks TLS by itself, down to its faults. */
interface CheckedTls extends Pick<Checked, 'result' | 'host' | 'findings' | 'clock' | 'dialed'> {
  /** Rule id to the reason. */
  readonly notTested: Readonly<Record<string, string>>
  /** Connections that came to the server of `tlsServer`. */
  readonly connections: TlsServer['connections']
}

/**
 * Checks `example.test`, which answers as `behaviour` says. The server of `tlsServer` brings no handshake to its end, so
 * unless `met` is `false` a good server of the same name takes the first two connections, as a load balancer's other
 * node would: the sender's, and the injection probe. Its key is of RSA unless `keyType` says otherwise.
 *
 * @example
 * ```ts
 * const { findings, notTested } = await checkTls({ heartbeat: 'bleeding' }, { check: { deep: true, budget: 200 } })
 * ```
 */
export async function checkTls(
  behaviour: Parameters<typeof startTlsServer>[0] = {},
  scenario: Scenario & { readonly met?: boolean; readonly script?: Partial<Script>; readonly keyType?: 'rsa' | 'ec' } = {},
): Promise<CheckedTls> {
  await using lab = await startLab(scenario)
  const at = (number: number) => (typeof behaviour === 'function' ? behaviour(number) : behaviour)
  const { ec, rsa, own } = await (identities ??= issueIdentities())
  await using server = await startTlsServer((number) => ({ clock: lab.clock, identities: own, ...at(number) }))
  const good = await lab.addServer(publicAddress, {
    script: { tls: { identity: scenario.keyType === 'ec' ? ec : rsa }, ...scenario.script },
  })
  lab.network.put(publicAddress, 25, ...(scenario.met === false ? [] : [good, good]), server)
  const result = await lab.check(scenario.target)
  await Promise.all(server.connections.map(async ({ over }) => over))
  const [host] = result.hosts
  if (!host) throw new Error(`no host was looked at: ${result.words}`)
  const notTested = Object.fromEntries(host.notTested.map(({ rule, why }) => [rule, why]))
  const { dialed } = lab.network
  return { result, host, findings: findingsOf(result), notTested, connections: server.connections, clock: lab.clock, dialed }
}

let identities: ReturnType<typeof issueIdentities> | undefined

/** One for all tests, and before any virtual time: keys take theirs, and nothing moves meanwhile. */
async function issueIdentities() {
  const [ec, rsa] = await Promise.all([authority.issue({ names: [mx] }), authority.issue({ names: [mx], keyType: 'rsa' })])
  return { ec, rsa, own: [openIdentity(ec), openIdentity(rsa)] }
}

export function findingsOf(result: { readonly findings: CheckResult['findings']; readonly hosts?: CheckResult['hosts'] }) {
  const all = [result, ...(result.hosts ?? [])].flatMap(({ findings }) => findings)
  return Object.fromEntries(all.map(({ rule, severity, evidence }) => [rule, `${severity}: ${evidence}`]))
}

/** The dialogue of a connection in the clear, as its bytes. */
export function say(...lines: readonly string[]): string {
  return lines.map((line) => `${line}\r\n`).join('')
}

/**
 * Holds what each connection wrote before TLS to what an examination may: the first ones as told, byte for byte; every
 * further one greets and asks for TLS, and no more than one of them has another EHLO slipped in behind (cases.md 34).
 */
export function expectWritten(
  written: readonly string[],
  first: readonly string[],
  further = say('EHLO client.test', 'STARTTLS'),
): void {
  expect(written.slice(0, first.length)).toEqual(first)
  const slipped = written.slice(first.length).filter((bytes) => bytes !== further)
  for (const bytes of slipped) {
    expect(bytes.slice(0, further.length)).toBe(further)
    expect(bytes.slice(further.length)).toMatch(slippedEhlo)
  }
  expect(slipped.length).toBeLessThanOrEqual(1)
}

/** The command of the injection probe. */
const slippedEhlo = /^EHLO sp[0-9a-f]{16}\.invalid\r\n$/

/** The transcript of one connection of a host, a line a line. */
export function transcriptOf(host: HostResult, connection = 0): string[] {
  return (host.transcripts[connection] ?? []).map(({ from, text }) => `${from}: ${text}`)
}
