/*
 * The threat: whoever runs a mail server writes into the terminal of those who check it: banner, keywords, refusals,
 * the names in its certificate, the name of its MX. With ESC sequences he clears the screen, paints "[A] valid" over
 * our verdict, or types into the shell by way of an answerback; with NUL he cuts lines off; with the controls for
 * right-to-left text he turns words round (Trojan Source).
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { CheckResult } from '../../src/check/index.ts'
import { printCheck } from '../../src/report/index.ts'
import { type Script, spellReply } from '../../src/world/index.ts'
import { checkIn, checkWith } from '../support/checkWith.ts'
import { mx, startLab } from '../support/lab.ts'
import { publicAddress } from '../support/network.ts'
import { createCarelessAuthority } from '../support/oddCertificate.ts'

/** C0 without the line end, DEL, C1, and what turns text round. */
const steering = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/

/** Clears the screen, rings, sets the title, answers back, turns round; as UTF-8, a character a byte. */
const evil = Buffer.from('\u001b[2J\u0007\u0000\u001b]0;owned\u0007\u009b31m\u202e\u007f\u2066\u0085', 'utf8').toString('latin1')

/** As a person sees it who asks for everything, without our own colours. */
function print(result: CheckResult): string {
  const shown = printCheck(result, { verbose: true, colour: false })
  // In colour the only ESC are our own.
  const coloured = printCheck(result, { verbose: true, colour: true })
  expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(shown)
  return shown
}

const scripts: Record<string, Partial<Script>> = {
  'the banner': { greeting: `220 ${evil} ESMTP\r\n` },
  'a banner that is no reply': { greeting: `${evil}\r\n` },
  'a refusal in the greeting': { greeting: `554 ${evil}\r\n` },
  'a refusal for now': { greeting: `421 ${evil}\r\n` },
  'the first line of EHLO': { ehlo: spellReply(250, evil, 'STARTTLS') },
  'the keywords': { ehlo: spellReply(250, mx, evil, `X${evil}`), starttls: `502 ${evil}\r\n` },
  'a mangled offer': { ehlo: spellReply(250, mx, 'XXXXXXXA', evil), starttls: `500 ${evil}\r\n` },
  'STARTTLS in the first line': { ehlo: `250 STARTTLS ${evil}\r\n`, starttls: `502 ${evil}\r\n` },
  'the refusal of our name': { ehlo: `550 ${evil}\r\n`, helo: `550 ${evil}\r\n` },
  'the refusal of EHLO': { ehlo: `550 ${evil}\r\n`, starttls: `500 ${evil}\r\n` },
  'the refusal of STARTTLS': { starttls: `554 ${evil}\r\n` },
  'STARTTLS put off': { starttls: `454 ${evil}\r\n` },
  'STARTTLS answered wrongly': { starttls: `250 ${evil}\r\n` },
  'words slipped in': { afterStarttls: `${evil}\r\n` },
  'something that is not TLS': { handshake: { bytes: evil } },
  'the keywords inside TLS': { ehloAfterTls: spellReply(250, evil, 'STARTTLS', evil) },
  'a refusal inside TLS': { ehloAfterTls: `554 ${evil}\r\n` },
  'a greeting of another code': { greeting: `250 ${evil}\r\n` },
}

it.each(Object.entries(scripts))('case 77: %s cannot steer the terminal', async (_, script) => {
  const { result } = await checkWith(script)
  const shown = print(result)
  expect(shown).not.toMatch(steering)
  // It was there to be shown: escaped, not lost.
  expect(shown).toContain('\\x1b[2J')
})

it('case 77: nor can the names in a certificate', async () => {
  const authority = await createCarelessAuthority()
  const value = '\u001b[2Jevil.test\u202e\u0000'
  const identity = await authority.issue([{ type: 'dns', value }], `CN=${value.replace('\u0000', '')}`)
  for (const trust of [authority.trust, undefined]) {
    const { result, findings } = await checkWith({ tls: { identity } }, trust ? { check: { trust } } : {})
    expect(findings['certificate-name']).toBeDefined()
    expect(print(result)).not.toMatch(steering)
  }
})

it('case 77: nor can the certificate that is shown without SNI', async () => {
  const authority = await createCarelessAuthority()
  const identity = await authority.issue([{ type: 'dns', value: mx }])
  const identityWithoutSni = await authority.issue([], 'CN=\u001b[2Jevil')
  const { result } = await checkWith({ tls: { identity, identityWithoutSni } }, { check: { trust: authority.trust } })
  const shown = print(result)
  expect(shown).not.toMatch(steering)
  expect(shown).toContain('\\\\1B[2Jevil')
})

const evilName = '\u001b[2j\u0007.\u202eevil.test'
const evilZone = { 'example.test': { MX: [{ preference: 10, exchange: evilName }] } }

it('case 77: nor can the name of an MX whose certificate is wrong', async () => {
  await using lab = await startLab({ zone: { ...evilZone, [evilName]: { A: [publicAddress] } } })
  const server = await lab.addServer()
  const { result, findings } = await checkIn(lab, server)
  expect(findings['certificate-name']).toBeDefined()
  const shown = print(result)
  expect(shown).not.toMatch(steering)
  expect(shown).toContain('\\x1b[2j')
})

it.each([
  ['that does not exist', {}],
  ['at a private address', { [evilName]: { A: ['10.0.0.1'] } }],
  ['that is an alias', { [evilName]: { CNAME: '\u001b[3j.evil.test' }, '\u001b[3j.evil.test': { A: [publicAddress] } }],
  ['whose address cannot be looked up', { [evilName]: 'SERVFAIL' as const }],
])('case 77: nor can the name of an MX %s', async (_, zone) => {
  await using lab = await startLab({ zone: { ...evilZone, ...zone } })
  const result = await lab.check()
  const shown = print(result)
  expect(shown).not.toMatch(steering)
  expect(shown).toContain('\\x1b[2j')
})

it('case 77: whatever bytes a server says at whatever moment, none steers the terminal', async () => {
  const bytes = fc.uint8Array({ maxLength: 60 }).map((list) => Buffer.from(list).toString('latin1'))
  const moment = fc.constantFrom('greeting', 'ehlo', 'helo', 'starttls', 'ehloAfterTls')
  const begin = fc.constantFrom('', '220 ', '220-', '250 ', '250-', '421 ', '454 ', '554 ')
  await fc.assert(
    fc.asyncProperty(moment, begin, bytes, async (at, code, noise) => {
      const { result } = await checkWith({ [at]: { close: true, before: `${code}${noise}\r\n` } })
      expect(print(result)).not.toMatch(steering)
    }),
    { numRuns: 80 },
  )
})
