import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Address, parseAddress } from '../smtp/index.ts'
import { addressKey, createSeen } from './index.ts'

function address(text: string): Address {
  const parsed = parseAddress(text)
  if (parsed.kind === 'invalid') throw new Error(`${text}: ${parsed.why}`)
  return parsed
}

test.each([
  ['ada@x.org', 'ada@x.org', 'exact'],
  ['Ada@x.org', 'ada@X.org', 'case'],
  ['"ada"@x.org', 'ada@x.org', 'case'],
  ['ada.lovelace@gmail.com', 'adalovelace@gmail.com', 'dots'],
  ['ada.lovelace@gmail.com', 'Ada.Lovelace@googlemail.com', 'case'],
  ['ada@gmail.com', 'ada+news@gmail.com', 'tag'],
  ['a.da+x@gmail.com', 'ada+y@gmail.com', 'dots'],
  ['ada@outlook.com', 'ada+news@outlook.com', 'tag'],
  ['ada@fastmail.com', 'ada+news@fastmail.com', 'tag'],
  ['ada@outlook.com', 'a.da@outlook.com', undefined],
  ['ada@outlook.com', 'ada@hotmail.com', undefined],
  ['ada@x.org', 'ada+news@x.org', undefined],
  ['ada@yahoo.com', 'a.da@yahoo.com', undefined],
  ['+ada@gmail.com', '+bob@gmail.com', undefined],
])('%s and %s: %s', (first, second, differs) => {
  const seen = createSeen()
  expect(seen.add(address(first), 2)).toBeUndefined()
  expect(seen.add(address(second), 7)).toEqual(differs === undefined ? undefined : { differs, line: 2 })
  expect(addressKey(address(first)) === addressKey(address(second))).toBe(differs !== undefined)
})

test('what was seen is what a set of keys has, however many', () => {
  const seen = createSeen()
  const keys = new Map<string, number>()
  const local = fc.stringMatching(/^[a-cA-C+]{1,6}$/)
  const texts = fc.sample(fc.tuple(local, fc.constantFrom('x.org', 'gmail.com', 'outlook.com')), { numRuns: 30_000, seed: 7 })
  for (const [line, [name, domain]] of texts.entries()) {
    const one = address(`${name}@${domain}`)
    const known = seen.add(one, line)
    expect(known?.line).toBe(keys.get(addressKey(one)))
    if (!known) keys.set(addressKey(one), line)
  }
  expect(keys.size).toBeGreaterThan(4000)
})
