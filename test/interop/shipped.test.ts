/** What audit says of configuration as packages ship it is true, and nothing is made up where there is nothing to say. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { readShipped, shipped } from './audit/shipped.ts'
import { type Setup, modesOf } from './audit/verdict.ts'
import { run } from './lab/command.ts'
import { requireSetup } from './lab/requirement.ts'
import { readJson, sealpostCommand } from './lab/sealpost.ts'

let said: readonly { readonly setups: readonly Setup[]; readonly faults: readonly string[] }[] = []

beforeAll(async () => {
  requireSetup()
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-shipped-'))
  try {
    said = await auditIn(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

async function auditIn(folder: string) {
  const files = await Promise.all(
    shipped.map(async (one, index) => {
      const file = join(folder, String(index), one.path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, await readShipped(one))
      return file
    }),
  )
  const report = readJson(await run(sealpostCommand('audit', '--json', ...files))) as Report
  return files.map((path) => ({
    setups: report.setups.filter(({ file }) => file === path),
    faults: report.faults.filter(({ file }) => file === path).map(({ words }) => words),
  }))
}

interface Report {
  readonly setups: readonly Setup[]
  readonly faults: readonly { readonly file: string; readonly words: string }[]
}

test.for(shipped.map((one, index) => ({ ...one, index })))('$path of $from', ({ says, index }) => {
  const { setups = [], faults = [] } = said[index] ?? {}
  expect(setups.map(({ software, setup, ...rest }) => [software, setup, ...modesOf(rest).map(shorten)])).toEqual(says)
  expect(faults).toEqual(says.length > 0 ? [] : ['holds no mail settings of a program that is known here'])
})

/** What cannot be told is said with the lines it hangs on; the first words say why. */
function shorten(words: string): string {
  return words.replace(/(only \.ifdef ).*/s, '$1')
}
