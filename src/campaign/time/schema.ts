import { z } from 'zod'
import { parseMoment } from './moment.ts'
import type { Pace } from './pace.ts'
import { parseDays, parseWindow } from './window.ts'

/** A time in a zone. Whether it is past is a matter of when it is read. */
export const moment = z.string().transform((text, context) => {
  const parsed = parseMoment(text)
  if (parsed.kind === 'moment') return { at: parsed.at, zone: parsed.zone }
  context.addIssue({ code: 'custom', message: `cannot be taken: ${parsed.why}` })
  return z.NEVER
})

const window = z.string().transform((text, context) => {
  const parsed = parseWindow(text)
  if (parsed) return parsed
  context.addIssue({ code: 'custom', message: 'must be hours in a time zone that is known, such as "08:00-20:00 Europe/Berlin"' })
  return z.NEVER
})

const days = z.string().transform((text, context) => {
  const parsed = parseDays(text)
  if (parsed) return parsed
  context.addIssue({ code: 'custom', message: 'must be days such as mon-fri, or "mon, wed, sat"' })
  return z.NEVER
})

const most = z.int().min(1).max(10_000_000)

export const pace = z
  .strictObject({
    perHour: most.optional().meta({ description: 'Messages in any hour, at most.' }),
    perMinute: most.optional().meta({ description: 'Messages in any minute, at most.' }),
    window: window.optional().meta({
      title: 'hours and zone',
      description: 'No message is begun outside these hours: "08:00-20:00 Europe/Berlin". They may go over midnight.',
    }),
    days: days.optional().meta({
      title: 'days',
      description: 'The days on which the window opens: mon-fri, or "mon, wed". Otherwise each day.',
    }),
  })
  .transform(({ window, days, perHour, perMinute }, context): Pace => {
    if (days !== undefined && window === undefined)
      context.addIssue({
        code: 'custom',
        path: ['days'],
        message: 'needs a window, which names the time zone: "00:00-24:00 Europe/Berlin" for the whole day',
      })
    return {
      ...(perHour === undefined ? {} : { perHour }),
      ...(perMinute === undefined ? {} : { perMinute }),
      ...(window === undefined ? {} : { window: { ...window, ...(days === undefined ? {} : { days }) } }),
    }
  })
