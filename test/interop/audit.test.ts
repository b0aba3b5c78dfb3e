/** What audit says of a program's settings is what the program does on the wire with them. */
import { describe, expect } from 'vitest'
import { programs } from './audit/program/index.ts'
import { type Sights, describeSights, observeMode, serverKinds } from './audit/server.ts'
import { buildStage } from './audit/stage.ts'
import { auditAll } from './audit/verdict.ts'
import { testIn } from './lab/test.ts'

const test = testIn({ servers: [] })
  .extend('stage', { scope: 'file' }, async ({ lab }) => buildStage(lab))
  .extend('audited', { scope: 'file' }, async ({ lab }) => auditAll(lab, programs))

describe.concurrent.for(programs)('$id', (program) => {
  test.for(Object.entries(program.variants))('%s', async ([label, { mode }], { stage, audited }) => {
    const shown = await Promise.all(serverKinds.map(async (kind) => ({ kind, ...(await stage.show(program, label, kind)) })))
    const said = shown.map(({ kind, sight, outcome: { status, stdout, stderr } }) =>
      `\n${kind}: ${sight.said}(status ${status}) ${stdout}${stderr}`.slice(0, 1500),
    )
    const seen = Object.fromEntries(shown.map(({ kind, sight }) => [kind, sight])) as Sights
    if (process.env['SHOW_TABLE'])
      console.log(
        `TABLE ${program.id} | ${label} | ${mode} | ${observeMode(seen, mode.startsWith('implicit'))} | ${describeSights(seen)} | ${audited(program, label).map((setup) => setup.mode ?? setup.unknown)}`,
      )
    expect(observeMode(seen, mode.startsWith('implicit')), `${describeSights(seen)}${said.join('')}`).toBe(mode)
    expect(audited(program, label).map((setup) => setup.mode)).toEqual([mode])
  })
})
