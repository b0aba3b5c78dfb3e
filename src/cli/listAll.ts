import { json } from '../escape.ts'
import { printNumber } from '../report/index.ts'
import { loadSettings } from '../settings/index.ts'
import { SqliteLists } from '../store/index.ts'
import { type Exit, exits } from './exit.ts'

/** Names the stored lists. */
export async function runListAll(given: { readonly settings?: string; readonly json?: boolean }): Promise<Exit> {
  const settings = await loadSettings(given.settings)
  using lists = SqliteLists.open(settings.data)
  const all = lists.all()
  if (given.json) {
    const shown = all.map(({ name, members, columns, createdAt, updatedAt, source }) => ({
      name,
      members,
      columns,
      createdAt: new Date(createdAt).toISOString(),
      updatedAt: new Date(updatedAt).toISOString(),
      source,
    }))
    process.stdout.write(`${json({ schema: 'sealpost/lists@1', lists: shown })}\n`)
  } else if (all.length === 0) {
    process.stdout.write('No list is stored. sealpost list import readers.csv --name readers looks at a first one.\n')
  } else {
    const width = Math.max(...all.map(({ name }) => name.length))
    for (const { name, members, updatedAt } of all) {
      const when = new Date(updatedAt).toISOString().slice(0, 10)
      process.stdout.write(`${name.padEnd(width)}  ${printNumber(members).padStart(11)} members, last imported ${when}\n`)
    }
  }
  return exits.fine
}
