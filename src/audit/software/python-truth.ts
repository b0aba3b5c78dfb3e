import type { Entry } from '../format/index.ts'
import type { FoundSetup } from '../software.ts'

/** In Python a text is true unless it is empty, whatever it says: `EMAIL_USE_TLS = "False"` switches it on. */
export function readTruth(setups: readonly FoundSetup[], ...keys: readonly string[]): readonly FoundSetup[] {
  return setups.map((setup) => {
    const read = ([key, entry]: [string, Entry]) => [key, keys.includes(key) ? toTruth(entry) : entry] as const
    return { ...setup, entries: Object.fromEntries(Object.entries(setup.entries).map(read)) }
  })
}

function toTruth(entry: Entry): Entry {
  const { value } = entry
  if (value.kind !== 'literal' || value.type !== 'string') return entry
  return { ...entry, value: { kind: 'literal', type: 'boolean', text: String(value.text !== '') } }
}
