import { afterEach, expect, it, vi } from 'vitest'
import { SealpostError } from '../errors.ts'
import { exits, tellError } from './exit.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

it('of two failures, the second of which came in closing, the first is told', () => {
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const full = new SealpostError('SP_DISK_FULL', { where: 'log.jsonl' })
  const twice = new SuppressedError(new Error('closing'), new SuppressedError(new Error('closing'), full))
  expect(tellError(twice)).toBe(exits.wrong)
  expect(String(told.mock.calls[0]?.[0])).toMatch(/^sealpost: log\.jsonl: The disk is full\./)
})
