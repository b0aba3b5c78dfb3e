/*
 * The threat: anybody can point his MX at our own network. Whoever checks or writes to his domain then knocks, on his
 * behalf, at the router's, at the database's, at the cloud's metadata service (169.254.169.254), and reports to him in
 * the transcript what answered (server-side request forgery). Addresses have many spellings, and some carry another.
 */
import { describe, expect, it } from 'vitest'
import { isSpecialAddress } from '../../src/dns/index.ts'
import { publicAddress } from '../support/network.ts'
import { type LabOptions, mx, startLab } from '../support/lab.ts'

/** Everything here is recorded and nothing exists, so a dial shows whatever it is for. */
async function dialedFor(zone: LabOptions['zone'] = {}) {
  await using lab = await startLab({ zone })
  const result = await lab.check()
  return { result, dialed: lab.network.dialed.map(({ address }) => address) }
}

const four = [
  ['169.254.169.254', 'the metadata service of clouds'],
  ['10.0.0.1', 'RFC 1918'],
  ['172.16.0.1', 'RFC 1918'],
  ['172.31.255.255', 'RFC 1918'],
  ['192.168.0.1', 'RFC 1918'],
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'loopback'],
  ['0.0.0.0', 'this host'],
  ['0.1.2.3', 'this network'],
  ['100.64.0.1', 'shared address space, RFC 6598'],
  ['100.100.100.200', 'a metadata service in it'],
  ['192.0.0.192', 'a metadata service, RFC 6890'],
  ['192.0.2.1', 'documentation'],
  ['198.18.0.1', 'benchmarks'],
  ['224.0.0.1', 'multicast'],
  ['255.255.255.255', 'broadcast'],
  ['240.0.0.1', 'reserved'],
] as const

const six = [
  ['::1', 'loopback'],
  ['::', 'this host'],
  ['::ffff:127.0.0.1', 'IPv4 in IPv6 clothes'],
  ['::ffff:10.0.0.1', 'IPv4 in IPv6 clothes'],
  ['::ffff:a9fe:a9fe', 'IPv4 in IPv6 clothes, in hex'],
  ['::127.0.0.1', 'IPv4-compatible, RFC 4291 2.5.5.1'],
  ['::a00:1', 'IPv4-compatible, in hex'],
  ['64:ff9b::7f00:1', 'through NAT64'],
  ['64:ff9b::10.0.0.1', 'through NAT64'],
  ['64:ff9b:1::1', 'through local NAT64'],
  ['2002:7f00:1::1', 'through 6to4'],
  ['2001:0:1::1', 'through Teredo'],
  ['fe80::1', 'link-local'],
  ['fec0::1', 'site-local, RFC 3879'],
  ['fc00::1', 'unique local'],
  ['fd00:ec2::254', 'the metadata service of a cloud'],
  ['ff02::1', 'multicast'],
  ['2001:db8::1', 'documentation'],
  ['100::1', 'discard'],
] as const

describe('case 62: an MX whose host has such an address is not dialled', () => {
  it.each(four)('case 62: %s (%s)', async (address) => {
    const { result, dialed } = await dialedFor({ [mx]: { A: [address] } })
    expect(dialed).toEqual([])
    expect(result).toMatchObject({ verdict: 'broken', cause: 'mx-unusable', grade: 'F' })
  })

  it.each(six)('case 62: %s (%s)', async (address) => {
    const { result, dialed } = await dialedFor({ [mx]: { AAAA: [address] } })
    expect(dialed).toEqual([])
    expect(result).toMatchObject({ verdict: 'broken', cause: 'mx-unusable', grade: 'F' })
  })
})

describe('case 62: nor by any other way that leads there', () => {
  const away = [
    '169.254.169.254',
    '10.0.0.1',
    '127.0.0.1',
    '::1',
    '::ffff:127.0.0.1',
    '[::1]',
    '[127.0.0.1]',
    '127.1',
    '0x7f000001',
  ]

  it.each([...away, '2130706433', '017700000001', 'localhost', 'LOCALHOST', 'a.localhost'])(
    'case 62: an MX record that says %s itself',
    async (exchange) => {
      const { result, dialed } = await dialedFor({
        'example.test': { MX: [{ preference: 10, exchange }] },
        // A resolver of somebody's own may answer for such names too.
        [exchange]: { A: ['127.0.0.1'], AAAA: ['::1'] },
      })
      expect(dialed).toEqual([])
      expect(result).toMatchObject({ verdict: 'broken', cause: 'mx-unusable' })
    },
  )

  it('case 62: an MX that is an alias of localhost, or of a host within', async () => {
    for (const target of ['localhost', 'intranet.test']) {
      const { dialed } = await dialedFor({
        [mx]: { CNAME: target },
        localhost: { A: ['127.0.0.1'] },
        'intranet.test': { A: ['10.0.0.1'] },
      })
      expect(dialed).toEqual([])
    }
  })

  it('case 62: a domain without MX whose own address is such a one', async () => {
    const { result, dialed } = await dialedFor({ 'example.test': { A: ['10.0.0.1'], AAAA: ['::1'] } })
    expect(dialed).toEqual([])
    expect(result).toMatchObject({ verdict: 'broken', cause: 'mx-unusable' })
  })

  it('case 62: such addresses among public ones', async () => {
    const { dialed } = await dialedFor({
      [mx]: { A: ['10.0.0.1', publicAddress, '127.0.0.1'], AAAA: ['::ffff:10.0.0.1', '2a00:1450::25', 'fe80::1'] },
    })
    expect(dialed.toSorted()).toEqual([publicAddress, '2a00:1450::25'].toSorted())
  })

  it('case 62: an answer that changes between two look-ups (rebinding)', async () => {
    let asked = 0
    const { dialed } = await dialedFor({
      [mx]: ({ type }) => (type === 'A' ? { A: [asked++ === 0 ? publicAddress : '10.0.0.1'], ttl: 0 } : {}),
    })
    expect(dialed).toEqual([publicAddress])
  })
})

it.each([
  '5.45.25.1',
  '8.8.8.8',
  '172.15.0.1',
  '172.32.0.1',
  '100.128.0.1',
  '192.0.1.1',
  '223.255.255.255',
  '2a00:1450::25',
  '2606:4700::1111',
  '64:ff9b::8.8.8.8',
  '::ffff:8.8.8.8',
  '::ffff:808:808',
])('%s is an address of the public Internet', (address) => {
  expect(isSpecialAddress(address)).toBe(false)
})
