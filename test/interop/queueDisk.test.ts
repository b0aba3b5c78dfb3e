/** A disk that fills up while the queue is written: each request is done or refused, by name, and none is half done. */
import { join } from 'node:path'
import { expect } from 'vitest'
import { mountSmallDisk } from './lab/disk.ts'
import { testIn } from './lab/test.ts'

const test = testIn({ servers: [] })

test('a full disk refuses requests by name, undoes them whole, and the queue goes on when there is room', async ({ lab }) => {
  const disk = await mountSmallDisk(lab, '3m')
  const fill = [process.execPath, join(import.meta.dirname, 'fillQueue.ts'), join(disk.folder, 'data')]

  const first = await disk.run(fill)
  expect(first.status, first.stderr).toBe(0)
  const { taken, settled, refused, counts, damage } = JSON.parse(first.stdout) as Record<string, unknown>
  expect(taken).toBe('SP_DISK_FULL') // a campaign larger than the disk is not taken in, and leaves nothing
  expect(refused).toEqual(['SP_DISK_FULL'])
  expect(counts).toMatchObject({ total: 1_000, sent: settled })
  expect(damage).toEqual([])

  await disk.resize('64m')
  const second = await disk.run(fill)
  expect(JSON.parse(second.stdout), second.stderr).toMatchObject({ taken: 'done', refused: [], damage: [] })
})
