import { expect, it } from 'vitest'
import type { CheckContext } from '../check/index.ts'
import { startLab } from '../../test/support/lab.ts'
import { forgetHost } from './forget.ts'

/** Entries of a context that something is kept in. */
const sizes = ({ observed, examined, turns }: CheckContext): number[] => [observed.size, examined.size, turns.size]

it('leaves nothing of a host, and all of another at the same address', async () => {
  const address = '5.45.25.1'
  const zone = {
    'example.test': { MX: [{ preference: 1, exchange: 'mx.example.test' }] },
    'other.test': { MX: [{ preference: 1, exchange: 'mx.other.test' }] },
    'mx.other.test': { A: [address] },
  }
  await using lab = await startLab({ zone })
  const server = await lab.addServer(address)
  await lab.check('example.test')
  await lab.check('other.test')
  expect(sizes(lab.context)).toEqual([2, 1, 1])
  forgetHost(lab.context, 'mx.example.test')
  expect([...lab.context.observed.keys()].map((key) => key.split(' ')[0])).toEqual(['mx.other.test'])
  expect(sizes(lab.context)).toEqual([1, 1, 1])
  forgetHost(lab.context, 'mx.example')
  expect(sizes(lab.context)).toEqual([1, 1, 1])
  forgetHost(lab.context, 'mx.other.test')
  expect(sizes(lab.context)).toEqual([0, 0, 0])
  const before = server.connections.length
  await lab.check('example.test')
  expect(server.connections.length).toBeGreaterThan(before)
})
