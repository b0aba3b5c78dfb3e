import { expect, it } from 'vitest'
import { formats } from './format/index.ts'
import { describeFound } from './result.ts'
import { findSetups } from './setup.ts'
import { ghost } from './software/ghost.ts'
import { symfonyMailer } from './software/symfony-mailer.ts'

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

it.each([
  ['smtp://ann:p%40ss@smtp.example.com:587?verify_peer=0', 'smtp.example.com', 587],
  ['smtps://ann:p@ss/w@smtp.example.com', 'smtp.example.com', undefined],
  ['smtp://[2001:db8::1]:2525/', '[2001:db8::1]', 2525],
  ['failover(smtp://a.example smtp://b.example)', undefined, undefined],
  ['sendmail://default', undefined, undefined],
])('takes the server out of an address: %s', (dsn, host, port) => {
  const document = formats.env.read(`MAILER_DSN='${dsn}'\n`)
  const place = symfonyMailer.places.find(({ kind }) => kind === 'environment')
  if (place?.kind !== 'environment') throw new Error('no environment')
  const [setup] = findSetups(document, place)
  if (!setup) throw new Error('no setup')
  const found = {
    file: '.env',
    path: '/.env',
    encoding: 'utf-8',
    software: symfonyMailer,
    place,
    format: formats.env,
    document,
    setup,
  } as const
  const result = describeFound({ ...found, version: undefined, environment: undefined })
  expect([result.host, result.port]).toEqual([host, port])
  expect(JSON.stringify(result)).not.toMatch(/p%40ss|p@ss/)
})
