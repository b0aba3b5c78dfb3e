import type { CheckResult, HostResult } from '../../src/check/index.ts'
import { exitOf } from '../../src/cli/check.ts'
import type { Exit } from '../../src/cli/exit.ts'
import type { IssueOptions, Script, ScriptedServer } from '../../src/world/index.ts'
import type { VirtualClock } from './clock.ts'
import { type Lab, type LabOptions, startLab } from './lab.ts'

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

export function findingsOf(result: { readonly findings: CheckResult['findings']; readonly hosts?: CheckResult['hosts'] }) {
  const all = [result, ...(result.hosts ?? [])].flatMap(({ findings }) => findings)
  return Object.fromEntries(all.map(({ rule, severity, evidence }) => [rule, `${severity}: ${evidence}`]))
}

/** The dialogue of a connection in the clear, as its bytes. */
export function say(...lines: readonly string[]): string {
  return lines.map((line) => `${line}\r\n`).join('')
}

/** The transcript of one connection of a host, a line a line. */
export function transcriptOf(host: HostResult, connection = 0): string[] {
  return (host.transcripts[connection] ?? []).map(({ from, text }) => `${from}: ${text}`)
}
