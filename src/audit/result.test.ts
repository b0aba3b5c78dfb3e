import { expect, it } from 'vitest'
import { formats } from './format/index.ts'
import { describeFound } from './result.ts'
import { findSetups } from './setup.ts'
import { ghost } from './software/ghost.ts'

function describeGhost(text: string) {
  const [place] = ghost.places
  if (place?.kind !== 'file') throw new Error('the first place is no file')
  const document = formats.json.read(text)
  const [setup] = findSetups(document, place)
  if (!setup) throw new Error('no setup')
  return describeFound({
    file: 'config.production.json',
    path: '/config.production.json',
    encoding: 'utf-8',
    software: ghost,
    place,
    format: formats.json,
    document,
    setup,
    version: undefined,
    environment: undefined,
  })
}

const settings = '{"mail":{"transport":"SMTP","options":{"host":"h.example","port":587,"secure":false}}'

it('works changes out in files that people write, and says so where one is too long', () => {
  expect(describeGhost(`${settings}}`).mends.length).toBeGreaterThan(0)
  const long = describeGhost(`${settings},"other":"${'x'.repeat(200_000)}"}`)
  expect(long.mode).toBe('opportunistic')
  expect(long.mends).toEqual([])
  expect(long.instead).toMatch(/too long/)
})

it('reads no YAML or JSON that is longer than any settings', () => {
  const { entries, faults } = formats.yaml.read('[a]\n'.repeat(250_000))
  expect(entries).toEqual([])
  expect(faults).toEqual([{ line: 1, words: 'longer than 300 kB' }])
})
