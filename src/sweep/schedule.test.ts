import { expect, it } from 'vitest'
import { Schedule } from './schedule.ts'

it('gives out those with most recipients first, so many at a time', () => {
  const schedule = new Schedule(2, 2)
  const [small, large, middle] = [1, 3, 2].map((recipients) => ({ lane: `lane ${recipients}`, recipients }))
  for (const job of [small, large, middle]) if (job) schedule.add(job)
  expect(schedule.take()).toBe(large)
  expect(schedule.take()).toBe(middle)
  expect(schedule.take()).toBeUndefined()
  if (large) schedule.done(large)
  expect(schedule.take()).toBe(small)
})

it('passes over a lane that is full, so that whoever hangs holds nobody else', () => {
  const schedule = new Schedule(10, 2)
  const hanging = [9, 8, 7].map((recipients) => ({ lane: 'provider', recipients }))
  const other = { lane: 'other', recipients: 1 }
  for (const job of [...hanging, other]) schedule.add(job)
  expect([schedule.take(), schedule.take(), schedule.take(), schedule.take()]).toEqual([hanging[0], hanging[1], other, undefined])
  if (hanging[0]) schedule.done(hanging[0])
  expect(schedule.take()).toBe(hanging[2])
})

it('goes by the recipients that there are when it is asked', () => {
  const schedule = new Schedule(1, 1)
  const growing = { lane: 'a', recipients: 1 }
  schedule.add(growing)
  schedule.add({ lane: 'b', recipients: 5 })
  growing.recipients = 6
  expect(schedule.take()).toBe(growing)
})
