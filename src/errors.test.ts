import { readFileSync, globSync } from 'node:fs'
import { expect, it } from 'vitest'
import { SealpostError, errorRegistry, systemError } from './errors.ts'

const sources = globSync('src/**/*.ts').filter((file) => !file.endsWith('.test.ts') && file !== 'src/errors.ts')
const text = sources.map((file) => readFileSync(file, 'utf8')).join('\n')

it.each(Object.entries(errorRegistry))('%s is thrown somewhere and says what to do', (code, spec) => {
  const raised = text.includes(`'${code}'`) || readFileSync('src/errors.ts', 'utf8').includes(`: '${code}'`)
  expect(raised, `${code} is in the registry, and nothing raises it`).toBe(true)
  expect(spec.summary).toMatch(/^[A-Z][^.]*[^.!]$/)
  expect(spec.next).toMatch(/^[A-Z].*\.$/)
})

it('says what happened, to what, and what to do', () => {
  const error = new SealpostError('SP_FILE_MISSING', { where: 'list.csv' })
  expect(error.message).toBe('list.csv: The file does not exist. Check the path.')
  expect(error).toMatchObject({ code: 'SP_FILE_MISSING', retry: 'never', scope: 'program', exit: 2 })
})

it('keeps the cause, and converts what the system threw once', () => {
  const cause = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  const error = systemError(cause, 'queue.db')
  expect(error).toMatchObject({ code: 'SP_DISK_FULL', cause })
  expect(systemError(Object.assign(new Error('no'), { code: 'EACCES' }), 'x')).toMatchObject({ code: 'SP_FILE_UNREADABLE' })
  expect(systemError(error, 'elsewhere')).toBe(error)
  expect(systemError(new Error('odd'), 'x')).toMatchObject({ code: 'SP_INTERNAL', exit: 70 })
})
