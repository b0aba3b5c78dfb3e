/** What becomes of a sender's tickets at mail servers as Debian has them, and at OpenSSL's own. */
import { describe, expect } from 'vitest'
import { opensslPort } from './lab/front.ts'
import { resumeTls } from './lab/resume.ts'
import { testIn } from './lab/test.ts'

// Exim resumes for nobody unless tls_resumption_hosts says so.
const settings = { 'exim-old': { tls_resumption_hosts: '*' } }
const test = testIn({ servers: ['postfix', 'exim', 'exim-old', 'openssl'], settings })

const places = [
  // One ticket with a full handshake, and none with a resumed one.
  { name: 'postfix', port: 25, resumed: [false, true, false, true] },
  { name: 'exim', port: 25, resumed: [false, false, false, false] },
  { name: 'exim-old', port: 25, resumed: [false, true, true, true] },
  // Two, and a new one each time.
  { name: 'openssl', port: opensslPort('modern'), resumed: [false, true, true, true] },
] as const

describe.each(places)('$name', ({ name, port, resumed }) => {
  test('is come back to where it lets us, and is worth as much then as at first', async ({ lab }) => {
    const found = await resumeTls(lab, name, { port, count: resumed.length })
    expect(found.map(({ verdict }) => verdict)).toEqual(resumed.map(() => 'authenticated'))
    expect(found.map(({ resumed }) => resumed)).toEqual(resumed)
    expect(found.map(({ version }) => version)).toEqual(resumed.map(() => 'TLSv1.3'))
  })

  test('is reached without tickets as well', async ({ lab }) => {
    const found = await resumeTls(lab, name, { port, count: 2, full: true })
    expect(found.map(({ verdict, resumed }) => [verdict, resumed])).toEqual(found.map(() => ['authenticated', false]))
  })
})
