import { X509Certificate } from 'node:crypto'
import { getCACertificates } from 'node:tls'
import { expect, it } from 'vitest'
import { createParty } from '../../test/support/chainParty.ts'
import { readFields } from './certificateFields.ts'
import { foldName } from './certificateName.ts'
import { Trust } from './index.ts'

/** No name of anybody. */
const unread = { tag: 0x30, content: Buffer.alloc(0), raw: Buffer.alloc(0) }

it('finds the authorities of a name, in a file of several too, each once', async () => {
  const one = await createParty('CN=One')
  const [first, second] = [await createParty('CN=Two'), await createParty('CN=two')]
  const trust = new Trust([`one\n${one.pem}\nand two\n${first.pem}${second.pem}`, one.pem])
  const find = (name: string) => trust.findRoots(name).map(({ fingerprint256 }) => fingerprint256)
  const nameOf = ({ der }: { der: Buffer }) => foldName(readFields(der)?.subject ?? unread)
  const printOf = ({ der }: { der: Buffer }) => new X509Certificate(der).fingerprint256
  expect(find(nameOf(one))).toEqual([printOf(one)])
  expect(find(nameOf(first))).toEqual([printOf(first), printOf(second)])
  expect(find('another')).toEqual([])
})

it('reads the name of every authority that Node brings', () => {
  const roots = getCACertificates('bundled').map((pem) => new X509Certificate(pem))
  const trust = new Trust(roots.map((root) => root.toString()))
  for (const root of roots) {
    const found = trust.findRoots(foldName(readFields(root.raw)?.subject ?? unread))
    expect(found.map(({ fingerprint256 }) => fingerprint256)).toContain(root.fingerprint256)
  }
  expect(roots.length).toBeGreaterThan(50)
})
