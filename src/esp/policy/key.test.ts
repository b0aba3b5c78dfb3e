import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { basic, resolveKey } from './key.ts'

const variables = [
  { name: 'API_KEY', required: true },
  { name: 'API_TOKEN', required: false },
]
const secret = 'Key-9f"\\2c(7)'
const key = resolveKey('Provider', variables, { API_KEY: secret, API_TOKEN: 'token-1234' })

describe('a key', () => {
  it.each([
    ['as it is', secret],
    ['in other letters', secret.toLowerCase()],
    ['within JSON', JSON.stringify({ secret })],
    ['as HTTP sends it', basic(secret)],
    ['beside another', `${secret} token-1234`],
  ])('%s is taken out of what is shown', (_, text) => {
    const shown = key.hide(`before ${text} after`)
    expect(shown).toMatch(/^before .*\[key\].* after$/)
    for (const form of [secret, secret.toLowerCase(), JSON.stringify(secret).slice(1, -1), basic(secret), 'token-1234'])
      expect(shown).not.toContain(form)
  })

  it('leaves everything else as it is', () => {
    const text = 'Domain shop.example: valid\n{"key":"Key-9f"}'
    expect(key.hide(text)).toBe(text)
  })

  it('does not show by itself', () => {
    for (const text of [JSON.stringify({ key }), inspect(key, { depth: 9, showHidden: true })])
      expect(text).not.toMatch(/Key-9f|token/)
  })

  it('is read by name, what is optional only where it is set', () => {
    expect(key.read('API_KEY')).toBe(secret)
    expect(resolveKey('Provider', variables, { API_KEY: secret }).read('API_TOKEN')).toBeUndefined()
  })
})
