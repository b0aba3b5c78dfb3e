/** Writes the pages that are made from the code. `npm run docs`; a test checks that they are current. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { generatePages } from './pages.ts'

for (const [name, text] of await generatePages()) writeFileSync(fileURLToPath(new URL(name, import.meta.url)), text)
