import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Window, isOpen, nextOpen, parseDays, parseMoment, parseWindow, printMoment, printWindow } from './index.ts'

const at = (text: string): number => Date.parse(text)

describe('a moment', () => {
  test.each([
    ['2026-12-01 09:00 Europe/Berlin', '2026-12-01T08:00Z', 'Europe/Berlin'],
    ['2026-07-01 09:00 Europe/Berlin', '2026-07-01T07:00Z', 'Europe/Berlin'],
    ['2026-12-01T09:00+01:00', '2026-12-01T08:00Z', '+01:00'],
    ['2026-12-01 09:00 -0330', '2026-12-01T12:30Z', '-03:30'],
    ['2026-12-01T09:00:00Z', '2026-12-01T09:00Z', 'UTC'],
    ['2026-12-01 09:00 Asia/Kathmandu', '2026-12-01T03:15Z', 'Asia/Kathmandu'],
    ['2026-12-01 09:00+01:00 Europe/Berlin', '2026-12-01T08:00Z', 'Europe/Berlin'],
    // Both halves of the hour that comes twice, told apart by the offset.
    ['2026-10-25 02:30 +02:00 Europe/Berlin', '2026-10-25T00:30Z', 'Europe/Berlin'],
    ['2026-10-25 02:30 +01:00 Europe/Berlin', '2026-10-25T01:30Z', 'Europe/Berlin'],
    // Clocks on Lord Howe Island are put back by half an hour.
    ['2026-04-05 01:45 +11:00 Australia/Lord_Howe', '2026-04-04T14:45Z', 'Australia/Lord_Howe'],
    ['2028-02-29 00:00 UTC', '2028-02-29T00:00Z', 'UTC'],
  ])('%s', (text, instant, zone) => {
    expect(parseMoment(text)).toEqual({ kind: 'moment', at: at(instant), zone })
  })

  test.each([
    ['2026-03-29 02:30 Europe/Berlin', 'does not exist'],
    ['2026-03-29 02:30 +01:00 Europe/Berlin', 'put forward over this time'],
    ['2011-12-30 12:00 Pacific/Apia', 'does not exist'],
    ['2026-10-25 02:30 Europe/Berlin', 'comes twice: add +02:00 or +01:00 to it'],
    ['2026-04-05 01:45 Australia/Lord_Howe', 'comes twice: add +11:00 or +10:30 to it'],
    ['2026-12-01 09:00 +02:00 Europe/Berlin', 'clocks there are at +01:00 then'],
    ['2026-12-01 09:00', 'does not say in which time zone'],
    ['2026-12-01 09:00 Mars/Olympus', 'not known'],
    ['2026-12-01 09:00 \u001b[2J', 'not known'],
    ['2026-12-01 09:00 ../../etc/passwd', 'not known'],
    ['2026-02-30 09:00 UTC', 'no such day'],
    ['2026-13-01 09:00 UTC', 'no such day'],
    ['2026-12-01 24:00 UTC', 'no such day'],
    ['2026-12-01 09:00 +25:00', 'not an offset'],
    ['2026-12-01 09:00 -00:00', 'not an offset'],
    ['tomorrow', 'not a time'],
    ['', 'not a time'],
    ['01.12.2026 09:00 Europe/Berlin', 'not a time'],
  ])('%s is refused', (text, why) => {
    expect(parseMoment(text)).toMatchObject({ kind: 'invalid', why: expect.stringContaining(why) as string })
  })

  test('printed and read again it is the same, whatever the zone does', () => {
    const zone = fc.constantFrom(
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Pacific/Chatham',
      'Asia/Tokyo',
      '+05:30',
    )
    const minutes = fc.integer({ min: at('2026-01-01T00:00Z') / 60_000, max: at('2030-01-01T00:00Z') / 60_000 })
    fc.assert(
      fc.property(zone, minutes, (zone, minute) => {
        const moment = { at: minute * 60_000, zone }
        expect(parseMoment(printMoment(moment))).toEqual({ kind: 'moment', ...moment })
      }),
    )
  })

  test('no text brings it out of step', () => {
    fc.assert(fc.property(fc.string(), (text) => ['moment', 'invalid'].includes(parseMoment(text).kind)))
  })
})

const berlin = (text: string, days?: string): Window => {
  const window = parseWindow(`${text} Europe/Berlin`)
  const chosen = days === undefined ? undefined : parseDays(days)
  if (!window) throw new Error(text)
  return { ...window, ...(chosen === undefined ? {} : { days: chosen }) }
}

describe('a window', () => {
  test.each([
    ['08:00-20:00', undefined, '2026-11-25T06:59Z', '2026-11-25T07:00Z'],
    ['08:00-20:00', undefined, '2026-11-25T07:00Z', '2026-11-25T07:00Z'],
    ['08:00-20:00', undefined, '2026-11-25T18:59Z', '2026-11-25T18:59Z'],
    ['08:00-20:00', undefined, '2026-11-25T19:00Z', '2026-11-26T07:00Z'],
    // 27 November 2026 is a Friday.
    ['08:00-20:00', 'mon-fri', '2026-11-27T19:00Z', '2026-11-30T07:00Z'],
    ['08:00-20:00', 'sat, sun', '2026-11-27T12:00Z', '2026-11-28T07:00Z'],
    // Over midnight: what begins on Friday goes on until Saturday morning.
    ['22:00-06:00', 'fri', '2026-11-28T04:59Z', '2026-11-28T04:59Z'],
    ['22:00-06:00', 'fri', '2026-11-28T05:00Z', '2026-12-04T21:00Z'],
    ['22:00-06:00', 'fri', '2026-11-27T04:00Z', '2026-11-27T21:00Z'],
    // Clocks are put forward on 29 March 2026 at 02:00: the hour does not come, and 02:30 to 04:00 is open from 03:00 on.
    ['02:00-03:00', undefined, '2026-03-29T00:30Z', '2026-03-30T00:00Z'],
    ['02:30-04:00', undefined, '2026-03-29T00:30Z', '2026-03-29T01:00Z'],
    // Put back on 25 October at 03:00: the hour comes twice, and both times count.
    ['02:00-02:30', undefined, '2026-10-24T22:30Z', '2026-10-25T00:00Z'],
    ['02:00-02:30', undefined, '2026-10-25T00:30Z', '2026-10-25T01:00Z'],
    ['00:00-24:00', 'mon', '2026-11-30T22:59Z', '2026-11-30T22:59Z'],
    ['00:00-24:00', 'mon', '2026-11-30T23:00Z', '2026-12-06T23:00Z'],
  ])('%s %s at %s opens at %s', (text, days, now, opens) => {
    const window = berlin(text, days)
    expect(new Date(nextOpen(window, at(now)) ?? 0).toISOString()).toBe(new Date(at(opens)).toISOString())
    expect(isOpen(window, at(now))).toBe(now === opens)
  })

  test.each([
    // Put forward into the middle of it: 02:00 becomes 03:00, 24:00 becomes 01:00, 01:00 becomes 03:00.
    ['02:30-04:00 Europe/Berlin', '2026-03-29T00:10Z', '2026-03-29T01:00Z'],
    ['00:30-01:15 Africa/Cairo', '2026-04-23T21:43Z', '2026-04-23T22:00Z'],
    ['02:30-04:30 Antarctica/Troll', '2026-03-29T00:49Z', '2026-03-29T01:00Z'],
    // Put back into it after it was closed: 03:00 becomes 02:00; on Lord Howe 02:00 becomes 01:30.
    ['01:00-02:30 Europe/Berlin', '2026-10-25T00:40Z', '2026-10-25T01:00Z'],
    ['01:00-01:45 Australia/Lord_Howe', '2026-04-04T14:50Z', '2026-04-04T15:00Z'],
  ])('%s at %s opens at %s, when clocks are put', (text, now, opens) => {
    const window = parseWindow(text)
    if (!window) throw new Error(text)
    expect(isOpen(window, at(now))).toBe(false)
    expect(new Date(nextOpen(window, at(now)) ?? 0).toISOString()).toBe(new Date(at(opens)).toISOString())
  })

  test.each([
    '8-20 UTC',
    '08:00-20:00',
    '25:00-26:00 UTC',
    '08:60-09:00 UTC',
    '08:00-08:00 UTC',
    '24:00-08:00 UTC',
    '08:00-20:00 Nowhere',
  ])('%s is none', (text) => {
    expect(parseWindow(text)).toBeUndefined()
  })

  test('days', () => {
    expect(parseDays('mon-fri')).toEqual([1, 2, 3, 4, 5])
    expect(parseDays('fri-mon')).toEqual([0, 1, 5, 6])
    expect(parseDays('Sun, wed')).toEqual([0, 3])
    for (const text of ['', 'monday', 'mon-', 'mon-tue-wed', 'mon;tue']) expect(parseDays(text)).toBeUndefined()
  })

  test('is said as it was given', () => {
    expect(printWindow(berlin('08:00-20:00', 'mon-wed'))).toBe('08:00-20:00 Europe/Berlin, mon tue wed')
  })

  test('whenever it opens next, it is open then and was not before', () => {
    const minute = fc.integer({ min: 0, max: 1_439 })
    const now = fc.integer({ min: at('2026-01-01T00:00Z') / 60_000, max: at('2028-01-01T00:00Z') / 60_000 })
    fc.assert(
      fc.property(minute, minute, now, fc.subarray([0, 1, 2, 3, 4, 5, 6], { minLength: 1 }), (from, to, now, days) => {
        fc.pre(from !== to)
        const window = { from, to, days, zone: 'Europe/Berlin' }
        const next = nextOpen(window, now * 60_000)
        if (next === undefined) return
        expect(isOpen(window, next)).toBe(true)
        if (next > now * 60_000) {
          const between = Math.floor((now * 60_000 + next) / 2)
          expect([isOpen(window, now * 60_000), isOpen(window, between), isOpen(window, next - 1)]).toEqual([false, false, false])
        }
      }),
    )
  })
})
