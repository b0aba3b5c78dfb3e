/** What audit says of a program's settings is what the program does on the wire with them. */
import { describe, expect } from 'vitest'
import { programs } from './audit/program/index.ts'
import type { Program } from './audit/program/program.ts'
import { type Row, printProof } from './audit/proof.ts'
import { type Sights, describeSights, observeMode, serverKinds } from './audit/server.ts'
import { buildStage } from './audit/stage.ts'
import { auditAll, modesOf } from './audit/verdict.ts'
import { testIn } from './lab/test.ts'

const test = testIn({ servers: [] })
  .extend('stage', { scope: 'file' }, async ({ lab }) => buildStage(lab))
  .extend('audited', { scope: 'file' }, async ({ lab }) => auditAll(lab, programs))

const rows = new Map<string, Row>()

describe.concurrent.for(programs)('$id', (program) => {
  test.for(Object.entries(program.variants))('%s', async ([label, { mode, told = [mode], also = [] }], { stage, audited }) => {
    const kinds = [...serverKinds, ...also]
    const shown = await Promise.all(kinds.map(async (kind) => ({ kind, ...(await stage.show(program, label, kind)) })))
    const said = shown.map(({ kind, sight, outcome: { status, stdout, stderr } }) =>
      `\n${kind}: ${sight.said}(status ${status}) ${stdout}${stderr}`.slice(0, 1500),
    )
    const seen = Object.fromEntries(shown.map(({ kind, sight }) => [kind, sight])) as unknown as Sights
    expect(observeMode(seen, mode.startsWith('implicit')), `${describeSights(seen)}${said.join('')}`).toBe(mode)
    expect(told).toContain(mode)
    expect(audited(program, label).map(modesOf)).toEqual([told])
    rows.set(rowName(program, label), { program, label, sights: seen })
  })
})

// `npx vitest run --config test/interop/vitest.config.ts test/interop/audit.test.ts -u` writes it again.
test('docs/audit-proof.md says what was seen', async ({ skip }) => {
  const all = programs.flatMap((program) => Object.keys(program.variants).map((label) => rows.get(rowName(program, label))))
  const seen = all.flatMap((row) => row ?? [])
  // One that failed has said so itself.
  if (seen.length < all.length) skip()
  await expect(printProof(seen)).toMatchFileSnapshot('../../docs/audit-proof.md')
})

function rowName(program: Program, label: string): string {
  return `${programs.indexOf(program)} ${label}`
}
