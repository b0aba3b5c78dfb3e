import { expect, it } from 'vitest'
import { createProgress } from './progress.ts'

function draw(columns: number, detail: string): string {
  const written: string[] = []
  const stream = { isTTY: true, columns, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream
  createProgress('spring', stream).show(277, 370, detail)
  return written.join('').replace('\r\u001b[2K', '')
}

const detail = 'sending: 129 sent, 36 held, 75 put off, 37 failed'

it('the bar is as long as there is room for, and what it counts is said whole', () => {
  expect(draw(120, detail)).toBe(`spring ${'█'.repeat(21)}${'░'.repeat(7)} 277/370  ${detail}`)
  expect(draw(80, detail)).toBe(`spring ${'█'.repeat(10)}${'░'.repeat(3)} 277/370  ${detail}`)
})

it('where it does not fit, it is cut between words, so that no number is shortened to another', () => {
  for (let columns = 30; columns < 75; columns++) {
    const line = draw(columns, detail)
    expect(line.length).toBeLessThan(columns)
    const words = `${detail} `.split(' ')
    for (const word of line.split('  ')[1]?.replace('…', '').split(' ') ?? []) expect(words).toContain(word)
    expect(line.endsWith('…')).toBe(!line.endsWith('failed'))
  }
})

it('is silent where nobody looks', () => {
  const written: string[] = []
  const stream = { isTTY: false, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream
  const progress = createProgress('spring', stream)
  progress.show(1, 2, 'x')
  progress.clear()
  expect([progress.visible, written]).toEqual([false, []])
})
