import { describe, expect, it } from 'vitest'
import { PathIndex, matchesPath } from './pathIndex.ts'

/** Whatever is known of a pattern's extension, it must match what the pattern itself matches. */
describe('patterns of all kinds', () => {
  const patterns = [
    /(?:^|\/)config\.(?:production|local)\.json$/,
    /\.php$/,
    /a\.json$|b\.yml$/,
    /a\.json|b\.yml$/,
    /\.(?:js|config\.ts)$/,
    /(?:x\.py$)/,
    /(?:x\.py|y\.rb$)/,
    /[|(]x\.py$/,
    /\(|x\.py$/,
    /\.PHP$/i,
    /(?:^|\/)\.env$/,
    /(?:^|\/)main\.cf$/,
    /Makefile/,
    /x\.js/g,
  ]
  const paths = [
    'config.local.json',
    'a.php',
    'A.PHP',
    'a.json',
    'a.json.bak',
    'b.yml',
    'c.js',
    'c.config.ts',
    'x.py',
    'y.rb',
    '(x.py',
    '(',
    '|x.py',
    '.env',
    'x.env',
    'main.cf',
    'Makefile',
    'x.js',
    'x.jsx',
  ]
  it.each(paths)('%s', (name) => {
    const path = `/srv/tree/${name}`
    const wanted = patterns.flatMap((pattern, index) => (new RegExp(pattern.source, pattern.flags).test(path) ? [index] : []))
    const index = new PathIndex(patterns.map((pattern, at) => [pattern, at] as const))
    expect(index.match(path, '/srv/tree')).toEqual(wanted)
    // The same again: a pattern with a memory would say otherwise.
    expect(index.match(path, '/srv/tree')).toEqual(wanted)
  })
})

it('a pattern from the beginning is of the path from the audited folder', () => {
  expect(matchesPath(/^config\.toml$/, '/srv/tree/config.toml', '/srv/tree')).toBe(true)
  expect(matchesPath(/^config\.toml$/, '/srv/tree/a/config.toml', '/srv/tree')).toBe(false)
  expect(matchesPath(/(?:^|\/)tree\/config\.toml$/, '/srv/tree/config.toml', '/srv/tree')).toBe(true)
})
