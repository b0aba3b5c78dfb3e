import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

interface Lock {
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly version?: string
        readonly license?: string
        readonly resolved?: string
        readonly integrity?: string
        readonly dev?: boolean
      }
    >
  >
}

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'))
const lock = read('package-lock.json') as Lock
const manifest = read('package.json') as Readonly<Record<string, Readonly<Record<string, string>>>>
const packages = Object.entries(lock.packages).filter(([path]) => path !== '')

it('names exact versions only', () => {
  const wanted = ['dependencies', 'optionalDependencies', 'devDependencies'].flatMap((kind) =>
    Object.entries(manifest[kind] ?? {}),
  )
  for (const [name, version] of wanted) expect(version, name).toMatch(/^\d+\.\d+\.\d+$/)
})

it('locks every package by its hash, and names no host', () => {
  for (const [path, entry] of packages) {
    expect(entry.integrity, path).toMatch(/^sha512-/)
    expect(entry.resolved, path).toBeUndefined()
  }
})

it('brings nothing along whose licence asks for more than a notice', () => {
  const allowed = /^(?:MIT|MIT-0|ISC|BSD-2-Clause|BSD-3-Clause|0BSD|Apache-2\.0)$/
  const others = packages
    .filter(([, entry]) => !entry.dev && !allowed.test(entry.license ?? 'none'))
    .map(([path, entry]) => `${path}: ${entry.license}`)
  expect(others).toEqual([])
})
