/** What OpenSSL makes of TLSA records and a server's certificates (as Postfix asks it to), `dane/` makes of them, too. */
import 'reflect-metadata'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:tls'
import { promisify } from 'node:util'
import { Extension } from '@peculiar/x509'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type UsableTlsa, describeMatch, matchDane } from '../../src/dane/index.ts'
import { readFields } from '../../src/tls/index.ts'
import { type Party, createParty, identityOf } from '../support/chainParty.ts'
import { printDer } from '../support/der.ts'

const day = 86_400_000
const old = { notBefore: Date.now() - 9 * day, notAfter: Date.now() - day }
const base = 'mx.example.test'
const names = [base]

const permit = (name: string) => [
  new Extension('2.5.29.30', true, printDer(0x30, printDer(0xa0, printDer(0x30, printDer(0x82, name))))),
]
const odd = [new Extension('1.3.6.1.4.1.99999.1', true, Buffer.from('0500', 'hex'))]

const root = await createParty('CN=Root')
const issuer = await createParty('CN=Issuer', { issuer: root })
const namesake = await createParty('CN=Issuer', { issuer: root })
const leaf = await createParty('CN=mx', { issuer, names })
const stranger = await createParty('CN=mx', { names })
const oldRoot = await createParty('CN=Old root', old)
const oldIssuer = await createParty('CN=Old', { issuer: root, ...old })
const cross = await createParty('CN=Issuer', { issuer: root, key: issuer, ...old })
const strict = await createParty('CN=Strict', { issuer: root, pathLength: 0 })
const belowStrict = await createParty('CN=Below', { issuer: strict })
const unfit = await createParty('CN=Unfit', { issuer: root, authority: false })
const friend = await createParty('CN=Friend', { issuer: root, extensions: permit('example.test') })
const foe = await createParty('CN=Foe', { issuer: root, extensions: permit('other.test') })
const below = (above: Party, own: readonly string[] = names, options = {}) =>
  createParty('CN=mx', { issuer: above, names: own, authority: false, ...options })
const expired = await below(root, names, old)
const elsewhere = await below(root, ['other.test'])
const twice = await below(root, ['other.test'], old)

type Record = readonly [kind: string, party: Party]

const cases: readonly (readonly [what: string, sent: readonly Party[], records: readonly Record[], good: boolean])[] = [
  ...['3 0 0', '3 0 1', '3 0 2', '3 1 0', '3 1 1', '3 1 2'].flatMap((kind) => [
    [`${kind} of the leaf`, [leaf], [[kind, leaf] as const], true] as const,
    [`${kind} of another`, [stranger], [[kind, leaf] as const], false] as const,
    [`${kind} of the issuer`, [leaf, issuer], [[kind, issuer] as const], false] as const,
  ]),
  ...['2 0 0', '2 0 1', '2 0 2', '2 1 0', '2 1 1', '2 1 2'].flatMap((kind) => [
    [`${kind} of the root`, [leaf, issuer, root], [[kind, root] as const], true] as const,
    [`${kind} of the issuer`, [leaf, issuer], [[kind, issuer] as const], true] as const,
    [`${kind} out of order`, [leaf, root, issuer], [[kind, root] as const], true] as const,
    [`${kind} not sent`, [leaf, issuer], [[kind, root] as const], kind.endsWith('0')] as const,
    [`${kind} and a gap`, [leaf, root], [[kind, root] as const], false] as const,
    [`${kind} of another chain`, [stranger, issuer, root], [[kind, root] as const], false] as const,
    [`${kind} of a namesake`, [leaf, namesake, root], [[kind, namesake] as const], false] as const,
    [`${kind} of the leaf`, [leaf, issuer, root], [[kind, leaf] as const], false] as const,
    [`${kind}, expired leaf`, [expired, root], [[kind, root] as const], false] as const,
    [`${kind}, other name`, [elsewhere, root], [[kind, root] as const], false] as const,
  ]),
  ['3 1 1, expired and for another name', [twice], [['3 1 1', twice]], true],
  ['wildcard', [await below(root, ['*.example.test']), root], [['2 1 1', root]], true],
  ['wildcard of two labels', [await below(root, ['*.test']), root], [['2 1 1', root]], false],
  ['expired authority', [await below(oldRoot), oldRoot], [['2 1 1', oldRoot]], false],
  ['expired authority in DNS', [await below(oldRoot)], [['2 0 0', oldRoot]], false],
  ['expired intermediate', [await below(oldIssuer), oldIssuer, root], [['2 1 1', root]], false],
  ['expired authority that is no root', [await below(oldIssuer), oldIssuer], [['2 1 1', oldIssuer]], true],
  ['expired twin first', [leaf, cross, issuer, root], [['2 1 1', root]], true],
  ['path length', [await below(belowStrict), belowStrict, strict, root], [['2 1 1', root]], false],
  ['no authority', [await below(unfit), unfit, root], [['2 1 1', root]], false],
  ['no authority, anchored', [await below(unfit), unfit], [['2 0 1', unfit]], false],
  ['permitted name', [await below(friend), friend, root], [['2 1 1', root]], true],
  ['name not permitted', [await below(foe), foe, root], [['2 1 1', root]], false],
  ['name not permitted, anchored', [await below(foe), foe], [['2 1 1', foe]], false],
  ['critical extension', [await below(root, names, { extensions: odd }), root], [['2 1 1', root]], false],
  ['client certificate', [await below(root, names, { purposes: ['1.3.6.1.5.5.7.3.2'] }), root], [['2 1 1', root]], false],
  ['common name', [await createParty(`CN=${base}`, { issuer: root, authority: false }), root], [['2 1 1', root]], true],
  [
    'rollover',
    [leaf],
    [
      ['3 1 1', leaf],
      ['3 1 1', stranger],
    ],
    true,
  ],
  [
    'stronger digest of another',
    [leaf],
    [
      ['3 1 1', leaf],
      ['3 1 2', stranger],
    ],
    false,
  ],
  [
    'stronger digest of another selector',
    [leaf],
    [
      ['3 1 1', leaf],
      ['3 0 2', stranger],
    ],
    true,
  ],
  [
    'full beside a digest of another',
    [leaf],
    [
      ['3 1 0', leaf],
      ['3 1 2', stranger],
    ],
    true,
  ],
  [
    'usage 3 matches, 2 not',
    [leaf],
    [
      ['2 1 1', root],
      ['3 1 1', leaf],
    ],
    true,
  ],
  ['expired with usage 3', [oldRoot], [['3 1 1', oldRoot]], true],
]

it.each(cases)('%s', async (_, sent, records, good) => {
  const set = records.map(([kind, party]) => record(kind, party))
  const ours = matchDane(
    { records: set },
    sent.map(({ der }) => der),
    { names, now: Date.now() },
  )
  const theirs = await askOpenssl(sent, set)
  expect({ ours: ours.kind === 'matched', theirs: theirs.good }, `${describeMatch(ours)}\n${theirs.said}`).toEqual({
    ours: good,
    theirs: good,
  })
})

it('any records and any certificates', async () => {
  // Without those that share a name with another issuer: OpenSSL stays with the first that it finds, we look on.
  const all = [root, issuer, leaf, stranger, oldRoot, oldIssuer, strict, belowStrict, unfit, friend, foe]
  const servers = [
    leaf,
    stranger,
    expired,
    elsewhere,
    issuer,
    root,
    await below(friend),
    await below(foe),
    await below(belowStrict),
  ]
  const kind = fc.tuple(fc.constantFrom(2, 2, 3), fc.nat(1), fc.nat(2)).map((numbers) => numbers.join(' '))
  const records = fc.array(fc.tuple(kind, fc.constantFrom(...all, ...servers)), { minLength: 1, maxLength: 3 })
  const sent = fc.tuple(fc.constantFrom(...servers), fc.shuffledSubarray(all, { maxLength: 6 }))
  await fc.assert(
    fc.asyncProperty(records, sent, async (chosen, [server, above]) => {
      const set = chosen.map(([kind, party]) => record(kind, party))
      const chain = [server, ...above]
      const ours = matchDane(
        { records: set },
        chain.map(({ der }) => der),
        { names, now: Date.now() },
      )
      const theirs = await askOpenssl(chain, set)
      expect(ours.kind === 'matched', `${describeMatch(ours)}\n${theirs.said}`).toBe(theirs.good)
    }),
    { numRuns: 200 },
  )
})

function record(kind: string, { der }: Party): UsableTlsa {
  const [usage, selector, matchingType] = kind.split(' ').map(Number)
  const octets = selector === 0 ? der : (readFields(der)?.keyInfo ?? Buffer.alloc(0))
  const hash = matchingType === 1 ? 'sha256' : 'sha512'
  const data = matchingType === 0 ? octets : createHash(hash).update(octets).digest()
  // The kinds are written above.
  return { usage, selector, matchingType, data } as UsableTlsa
}

async function askOpenssl([own, ...above]: readonly Party[], records: readonly UsableTlsa[]) {
  if (!own) throw new Error('no certificate to send')
  const server = createServer(identityOf(own, ...above), (socket) => socket.end())
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const data = records.flatMap(({ usage, selector, matchingType, data }) => [
    '-dane_tlsa_rrdata',
    `${usage} ${selector} ${matchingType} ${data.toString('hex')}`,
  ])
  const options = ['-connect', `127.0.0.1:${port}`, '-servername', base, '-dane_tlsa_domain', base, '-dane_ee_no_namechecks']
  const asked = promisify(execFile)('openssl', ['s_client', ...options, ...data, '-brief', '-no-CAfile', '-no-CApath'])
  asked.child.stdin?.end()
  const { stdout, stderr } = await asked.catch((error: { stdout: string; stderr: string }) => error)
  server.close()
  const said = `${stdout}${stderr}`
  expect(said).toMatch(/^Verification/m)
  return { good: /^Verification: OK$/m.test(said), said }
}
