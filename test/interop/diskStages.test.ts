/**
 * A disk may be full at any moment: while a list is taken in, before a lease, in the evidence, when an outcome is to be written.
 * The same campaign is sent again and again with a little more room each time, so that it fails ever later; whatever the moment,
 * it is named, and in the end everybody has the message.
 */
import { join } from 'node:path'
import { expect } from 'vitest'
import { writeCampaign } from './lab/campaign.ts'
import { mountSmallDisk, type SmallDisk } from './lab/disk.ts'
import type { Lab } from './lab/lab.ts'
import { createWorkplace, sealpostCommand, type Workplace } from './lab/sealpost.ts'
import { testIn } from './lab/test.ts'

const test = testIn({ servers: ['postfix', 'exim'] })

const size = 300
/** What may come twice for each time that it fails: a setting. */
const inFlight = 50

interface Ladder {
  readonly server: 'postfix' | 'exim'
  readonly disk: SmallDisk
  readonly workplace: Workplace
  /** Gives the part that runs full so many KiB. */
  readonly resize: (kilobytes: number) => Promise<void>
  readonly rooms: readonly number[]
}

/** Climbs it. How many messages had arrived by the end of each run that failed. */
async function climb(lab: Lab, { server, disk, workplace, resize, rooms }: Ladder): Promise<number[]> {
  const { file, expected } = writeCampaign(workplace, { domain: `${server}.test`, size })
  const send = sealpostCommand('send', file, '--settings', workplace.settings, '--json')
  const arrivedAfter: number[] = []
  for (const room of rooms) {
    await resize(room)
    const { status, stderr } = await disk.run(send)
    if (status === 0) break
    expect(stderr).toMatch(/disk is full/i)
    expect(status).toBe(2)
    arrivedAfter.push((await lab.server(server).collect()).length)
  }
  await resize(64 * 1024)
  const last = await disk.run(send)
  expect(last.status, last.stderr).toBe(0)
  const recipients = (await lab.server(server).collect()).map(({ recipient }) => recipient)
  expect([...new Set(recipients)].toSorted()).toEqual(expected.map(({ recipient }) => recipient).toSorted())
  expect(recipients.length - size).toBeLessThanOrEqual(inFlight * arrivedAfter.length)
  const verified = await disk.run(sealpostCommand('verify', workplace.data))
  expect(verified.status, verified.stdout + verified.stderr).toBe(0)
  return arrivedAfter
}

/** From so many KiB on, by a step, up to the most. */
function climbing(first: number, step: number, most: number): number[] {
  return Array.from({ length: Math.ceil((most - first) / step) }, (_, index) => first + index * step)
}

test('the queue runs full: while the list is taken in, and while it is sent', { timeout: 240_000 }, async ({ lab }) => {
  const disk = await mountSmallDisk(lab, '64m')
  const workplace = createWorkplace(lab, { data: join(disk.folder, 'data'), delivery: { lane: { connections: 1 }, inFlight } })
  // The evidence has a disk of its own, so that it is not what fails.
  const evidence = join(workplace.data, 'evidence')
  await disk.run(['mkdir', '-p', evidence])
  await disk.run(['mount', '-t', 'tmpfs', 'evidence', evidence])
  const resize = async (kilobytes: number) => disk.resize(`${kilobytes}k`)
  const arrivedAfter = await climb(lab, { server: 'postfix', disk, workplace, resize, rooms: climbing(16, 64, 2048) })
  expect(arrivedAfter.filter((count) => count === 0).length, String(arrivedAfter)).toBeGreaterThan(0)
  expect(arrivedAfter.filter((count) => count > 0).length, String(arrivedAfter)).toBeGreaterThan(0)
})

test('the evidence runs full: before the first line, and between two messages', { timeout: 240_000 }, async ({ lab }) => {
  const disk = await mountSmallDisk(lab, '64m')
  const workplace = createWorkplace(lab, { data: join(disk.folder, 'data'), delivery: { lane: { connections: 1 }, inFlight } })
  const evidence = join(workplace.data, 'evidence')
  await disk.run(['mkdir', '-p', evidence])
  await disk.run(['mount', '-t', 'tmpfs', '-o', 'size=4k', 'evidence', evidence])
  const resize = async (kilobytes: number) => {
    const { status, stderr } = await disk.run(['mount', '-o', `remount,size=${kilobytes}k`, evidence])
    expect(status, stderr).toBe(0)
  }
  const arrivedAfter = await climb(lab, { server: 'exim', disk, workplace, resize, rooms: climbing(4, 36, 512) })
  expect(arrivedAfter.filter((count) => count === 0).length, String(arrivedAfter)).toBeGreaterThan(0)
  expect(arrivedAfter.filter((count) => count > 0).length, String(arrivedAfter)).toBeGreaterThan(0)
})
