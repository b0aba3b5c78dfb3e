/** Runs Sealpost where the servers can be reached, as a person would: its command line and a settings file. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Outcome } from './command.ts'
import { dnsServer } from './dns.ts'
import type { Lab } from './lab.ts'
import { repository } from './requirement.ts'

/** The program under test: the one of this repository, or that of a package that was unpacked elsewhere. */
const program = process.env['SEALPOST_INTEROP_BIN'] ?? join(repository, 'bin/sealpost.js')

export interface Workplace {
  readonly folder: string
  /** Where Sealpost keeps its queue and its evidence. */
  readonly data: string
  readonly settings: string
}

interface Settings {
  readonly data?: string
  readonly dns?: Readonly<Record<string, unknown>>
  readonly tls?: { readonly ca?: string }
  readonly server?: { readonly baseUrl: string }
  readonly delivery?: { readonly lane?: { readonly connections: number }; readonly inFlight?: number }
}

/** A new folder with a settings file, which differs from that of the tests in what is named. */
export function createWorkplace(lab: Pick<Lab, 'authority' | 'folder'>, different: Settings = {}): Workplace {
  const folder = mkdtempSync(join(lab.folder, 'work-'))
  const settings = {
    data: join(folder, 'data'),
    hostname: 'client.test',
    dns: { servers: [dnsServer] },
    tls: { ca: lab.authority },
    network: { allowPrivateAddresses: true, port: 25 },
    ...different,
  }
  const file = join(folder, 'settings.yaml')
  writeFileSync(file, JSON.stringify(settings, undefined, 2)) // JSON is YAML
  return { folder, data: settings.data, settings: file }
}

/** The command line of Sealpost, with the Node that runs the tests. */
export function sealpostCommand(...args: readonly string[]): string[] {
  return [process.execPath, program, ...args]
}

export async function runSealpost(lab: Pick<Lab, 'run'>, ...args: readonly string[]): Promise<Outcome> {
  return lab.run(sealpostCommand(...args), { cwd: repository, timeout: 80_000 })
}

/** The one document that a command prints with `--json`. */
export function readJson(outcome: Outcome): unknown {
  try {
    return JSON.parse(outcome.stdout)
  } catch (error) {
    const said = `status ${outcome.status}\n${outcome.stdout}${outcome.stderr}`
    throw new Error(`Sealpost did not print one JSON document: ${said}`, { cause: error })
  }
}
