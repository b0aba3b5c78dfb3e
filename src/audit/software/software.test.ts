/** Every program's rule: audit says of its examples what they are, and mends the mistake. */
import { describe, expect, it } from 'vitest'
import { type Document, formats } from '../format/index.ts'
import { type Judgement, judge } from '../judge.ts'
import { planMends } from '../mend/plan.ts'
import type { Mode } from '../mode.ts'
import { compareVersions } from '../settings.ts'
import { findSetups } from '../setup.ts'
import type { Example, Software } from '../software.ts'
import { softwares } from './index.ts'

function examine(software: Software, { file, text, version }: Example) {
  return software.places.flatMap((place) => {
    if (place.kind === 'unseen') return []
    if (place.kind === 'file' ? !place.path.test(file) : !place.path?.test(file)) return []
    if (place.kind === 'file' && place.marks && !place.marks.some((mark) => text.includes(mark))) return []
    const format = formats[place.kind === 'file' ? place.format : 'env']
    const document = format.read(text)
    if (place.kind === 'file' && place.isOurs && !place.isOurs(document)) return []
    expect(document.faults).toEqual([])
    const setups = place.kind === 'file' && place.find ? place.find(document) : findSetups(document, place)
    return setups.map((setup) => {
      const judged = judge(software, new Map(Object.entries(setup.entries)), version, new Map())
      const subject = { software, place, format, document, setup, version, environment: new Map() }
      return { judged, plans: planMends(subject, judged), document, format }
    })
  })
}

function modesOf(judged: Judgement): readonly Mode[] {
  if (judged.kind !== 'told') throw new Error(`cannot tell: ${JSON.stringify(judged)}`)
  return judged.versions.length > 0 ? judged.versions.map(({ mode }) => mode) : [judged.mode]
}

it('ids are told apart', () => {
  expect(new Set(softwares.map(({ id }) => id)).size).toBe(softwares.length)
})

describe.each(softwares.map((software) => [software.id, software] as const))('%s', (_, software) => {
  it.each(software.examples.map((example) => [example.label, example] as const))('%s', (_, example) => {
    const examined = examine(software, example)
    expect(examined).toHaveLength(1)
    const [only] = examined
    if (!only) return
    expect(modesOf(only.judged)).toEqual(example.modes)
    expect('reasons' in only.judged && only.judged.reasons.length).toBeGreaterThan(0)
    const [plan] = only.plans
    if (!example.fixed) {
      expect(plan).toBeUndefined()
      return
    }
    const [mended] = plan ? examine(software, { ...example, text: plan.text }) : []
    expect(mended && modesOf(mended.judged), plan?.text).toEqual(example.fixed)
    // Mended once, there is nothing left to mend.
    expect(mended?.plans.filter(({ after }) => after === plan?.after)).toEqual([])
  })

  it('has what is asked of every rule', () => {
    expect(software.sources.length).toBeGreaterThan(0)
    expect(software.checkedOn).toMatch(/^\d{4}-\d\d-\d\d$/)
    expect(software.places.length).toBeGreaterThan(0)
    // Only what no file shows has no example.
    if (software.places.some(({ kind }) => kind !== 'unseen')) expect(software.examples.length).toBeGreaterThan(0)
    expect(software.remedies.length > 0 || software.instead !== undefined).toBe(true)
    const boundaries = software.boundaries ?? []
    expect(boundaries).toEqual(boundaries.toSorted(compareVersions))
    const places = software.places.flatMap((place) => (place.kind === 'unseen' ? [] : [place]))
    for (const { set, ifSet, rewrite } of software.remedies) {
      for (const place of places)
        if (!('find' in place)) expect(Object.keys(place.keys)).toEqual(expect.arrayContaining(Object.keys(set)))
      // What is mended only where it is set need not exist everywhere, but somewhere; who finds by himself names his own.
      if (places.length > 0 && places.every((place) => !('find' in place)))
        expect(places.flatMap(({ keys }) => Object.keys(keys))).toEqual(
          expect.arrayContaining(Object.keys({ ...ifSet, ...rewrite })),
        )
    }
  })
})

/** What a person's file may look like and an example does not. */
const manners: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'lines that end in CR LF': (text) => text.replace(/\r?\n/g, '\r\n'),
  'no end of the last line': (text) => text.trimEnd(),
  'spaces at the ends of lines': (text) => text.replaceAll('\n', '   \n'),
}

/** Values that are written out; how often and below what name, a call with another argument more reads otherwise. */
function literalsOf(entries: Document['entries']): ReadonlySet<string> {
  return new Set(entries.flatMap(({ value }) => (value.kind === 'literal' && value.text !== '' ? [value.text] : [])))
}

describe.each(Object.keys(manners))('a mend of a file with %s', (manner) => {
  it('keeps every setting that it does not change, and the way in which lines end', () => {
    const subjects = softwares.flatMap((software) => software.examples.map((example) => ({ software, example })))
    let planned = 0
    for (const { software, example } of subjects) {
      const text = manners[manner]?.(example.text) ?? ''
      for (const { plans, document, format } of examine(software, { ...example, text }))
        for (const { edits, text: mended } of plans) {
          planned++
          const after = format.read(mended)
          expect(after.faults, mended).toEqual([])
          const kept = literalsOf(after.entries)
          const untouched = document.entries.filter((entry) =>
            edits.every(({ start, end }) => end <= entry.start || start >= entry.end),
          )
          for (const literal of literalsOf(untouched)) expect(kept, `${software.id}: ${mended}`).toContain(literal)
          if (text.includes('\r\n')) expect(mended, software.id).not.toMatch(/(?:^|[^\r])\n/)
        }
    }
    expect(planned).toBeGreaterThan(100)
  })
})
