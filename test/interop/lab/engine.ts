/** The delivery engine, run where the servers can be reached, with messages that are ready-made. */
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { MockZone } from '../../../src/dns/index.ts'
import type { Level } from '../../../src/policy/index.ts'
import type { Counts, DeliveryRule } from '../../../src/queue/index.ts'
import type { Lab, ServerName } from './lab.ts'
import { type LetterKind, hashLetter, writeLetter } from './letter.ts'
import { repository } from './requirement.ts'

export interface Letter {
  readonly recipient: string
  readonly kind: LetterKind
}

export interface EnginePlan {
  readonly folder: string
  readonly letters: readonly Letter[]
  readonly zone: MockZone
  readonly hosts: readonly string[]
  readonly authority: string
  readonly level: Level
  readonly chunking: boolean
  readonly rule: Partial<DeliveryRule>
  readonly wait: boolean
  /** How many times as fast the time between two tries goes. */
  readonly hurry: number
  readonly relay: { host: string; port: number; security: 'starttls' | 'implicit'; protocol?: 'lmtp' } | undefined
  readonly login: { user: string; password: string } | undefined
}

export interface EngineResult {
  readonly counts: Counts
  readonly reasons: readonly unknown[]
  /** Milliseconds for which each host was found to put strangers off. */
  readonly delays: Readonly<Record<string, number | null>>
}

/** @param different in what it is not the usual run, which takes no time between two tries and stays until all is settled */
export async function runEngine(
  lab: Lab,
  name: ServerName,
  letters: readonly Letter[],
  different: Partial<EnginePlan> = {},
): Promise<EngineResult> {
  const { name: mx, host, domain } = lab.server(name)
  const plan: EnginePlan = {
    folder: mkdtempSync(join(lab.folder, 'engine-')),
    letters,
    zone: { [domain]: { MX: [{ preference: 10, exchange: mx }] }, [mx]: { A: [host.address] } },
    hosts: [mx],
    authority: lab.authority,
    level: 'valid',
    chunking: true,
    rule: {},
    wait: true,
    hurry: 1_000,
    relay: undefined,
    login: undefined,
    ...different,
  }
  const program = join(repository, 'test/interop/runEngine.ts')
  const { status, stdout, stderr } = await lab.run([process.execPath, program], { input: JSON.stringify(plan), timeout: 85_000 })
  expect(status, stderr).toBe(0)
  return JSON.parse(stdout) as EngineResult
}

/** So many letters of one kind, each for a reader of its own. */
export function letters(name: ServerName, kind: LetterKind, count: number, who: string = kind): Letter[] {
  return Array.from({ length: count }, (_, number) => ({ recipient: `${who}${number}@${name}.test`, kind }))
}

/** Who got what: recipients with the hash of their message, in order. */
export async function collectHashes(lab: Lab, name: ServerName, of: readonly Letter[]): Promise<string[]> {
  const wanted = new Set(of.map(({ recipient }) => recipient))
  const stored = await lab.server(name).collect()
  return stored
    .filter(({ recipient }) => wanted.has(recipient))
    .map(({ recipient, content }) => `${recipient} ${hashLetter(content)}`)
    .toSorted()
}

/** What `collectHashes` finds where each arrived once, byte for byte. */
export function hashesOf(of: readonly Letter[]): string[] {
  return of.map(({ recipient, kind }) => `${recipient} ${hashLetter(writeLetter(kind, recipient))}`).toSorted()
}
