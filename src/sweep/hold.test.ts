import { expect, it } from 'vitest'
import { HostHold } from './hold.ts'

function open() {
  const gone: string[] = []
  return { gone, hold: new HostHold((host) => gone.push(host)) }
}

it('lets go of a host when the last set that needs it is done, once nobody else can come', () => {
  const { gone, hold } = open()
  hold.need(['a', 'b'])
  hold.need(['b', 'c'])
  hold.release(['a', 'b'])
  expect(gone).toEqual([])
  hold.complete()
  expect(gone).toEqual(['a'])
  hold.release(['b', 'c'])
  expect(gone).toEqual(['a', 'b', 'c'])
})

it('keeps an idle host for those who are not looked up yet, and is full before these are too many', () => {
  const { gone, hold } = open()
  hold.need(['wanted'])
  for (let number = 0; number < 1_000; number++) {
    expect(hold.full).toBe(false)
    hold.need([`host${number}`])
    hold.release([`host${number}`])
  }
  expect(hold.full).toBe(true)
  hold.need(['host0'])
  expect(hold.full).toBe(false)
  hold.complete()
  expect(gone).toHaveLength(999)
  expect(gone).not.toContain('wanted')
  expect(gone).not.toContain('host0')
  for (let number = 0; number < 2_000; number++) {
    hold.need([`late${number}`])
    hold.release([`late${number}`])
    expect(hold.full).toBe(false)
  }
  expect(gone).toHaveLength(2_999)
})
