/** What `sealpost audit` says of each program's files, all in one run. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type AuditResult, softwares } from '../../../src/audit/index.ts'
import type { Lab } from '../lab/lab.ts'
import { readJson, runSealpost } from '../lab/sealpost.ts'
import type { Program } from './program/program.ts'

/** A setup as `--json` shows it. */
type Setup = Pick<AuditResult, 'file' | 'mode' | 'unknown'> & { readonly software: string }

/** By program and variant: the setups of that program that audit found in the file. */
export async function auditAll(lab: Lab, programs: readonly Program[]): Promise<(program: Program, label: string) => Setup[]> {
  const known = programs.filter(({ id }) => softwares.some((software) => software.id === id))
  const files = known.flatMap((program) =>
    Object.entries(program.variants).map(([label, { text }], index) => {
      const path = join(lab.folder, 'audited', String(programs.indexOf(program)), String(index), program.file)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text)
      return { program, label, path }
    }),
  )
  const versions = known.flatMap(({ id, version }) => (version === undefined ? [] : ['--version-of', `${id}=${version}`]))
  const outcome = await runSealpost(lab, 'audit', '--json', ...versions, ...files.map(({ path }) => path))
  const { setups } = readJson(outcome) as { readonly setups: readonly Setup[] }
  return (program, label) => {
    const path = files.find((file) => file.program === program && file.label === label)?.path
    return setups.filter(({ file, software }) => file === path && software === program.id)
  }
}
