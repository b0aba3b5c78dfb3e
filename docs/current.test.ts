import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { generatePages } from './pages.ts'

it.each([...(await generatePages())])('%s is current (npm run docs writes it)', (name, text) => {
  expect(readFileSync(new URL(name, import.meta.url), 'utf8')).toBe(text)
})
