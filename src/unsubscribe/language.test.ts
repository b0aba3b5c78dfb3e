import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pageLanguages } from '../settings/index.ts'
import { askPage, backPage, chooseWords, donePage, pageWords, saysPage, withdrawPage, withdrawnPage } from './index.ts'

describe('the language of a page', () => {
  it.each([
    [undefined, undefined, 'en'],
    ['', undefined, 'en'],
    ['de', undefined, 'de'],
    ['de-AT,de;q=0.9,en;q=0.8', undefined, 'de'],
    ['en;q=0.3, pl;q=0.7', 'de', 'pl'],
    ['da, sv;q=0.8', 'nl', 'nl'],
    ['da, sv;q=0.8, it;q=0.1', 'nl', 'it'],
    ['FR-ch', 'de', 'fr'],
    // RFC 9110 12.5.4: any other, so the sender's own.
    ['da, *;q=0.5', 'es', 'es'],
    ['*, fr;q=0.5', 'es', 'es'],
    // RFC 9110 12.4.2: not acceptable.
    ['de;q=0, fr;q=0.1', undefined, 'fr'],
    ['de;q=0', 'de', 'de'],
    ['de;q=2, pt;q=0.2', undefined, 'pt'],
    ['en_US, zh-Hant-CN, pt-BR', undefined, 'pt'],
    ['xx', 'tlh', 'en'],
    [`${'x'.repeat(2_000)}, de`, undefined, 'en'],
  ])('asked for as %j, with the sender at %j, is %s', (accept, fallback, lang) => {
    expect(chooseWords(accept, fallback).lang).toBe(lang)
  })

  it('is one of ours, whatever is asked for', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (accept, fallback) => pageWords.has(chooseWords(accept, fallback).lang)))
  })

  it('can be that of every language that the settings know', () => {
    expect([...pageWords.keys()].toSorted()).toEqual([...pageLanguages].toSorted())
  })
})

describe.each([...pageWords])('%s', (lang, words) => {
  const en = pageWords.get('en')

  it('says all that English says, each with what the page puts in, and nothing twice over', () => {
    const places = (text: string): string[] => [...text.matchAll(/\{[^}]*\}/g)].map(([place]) => place).toSorted()
    for (const [name, text] of Object.entries(words)) {
      const english = Object.entries(en ?? {}).find(([one]) => one === name)?.[1] ?? ''
      expect([name, places(text)]).toEqual([name, places(english)])
      expect([name, text.trim()]).toEqual([name, text])
      expect(text).not.toMatch(/ {2}|[<>&]|!|—/)
      // A sentence ends as one; a title and a button do not.
      const sentence = !/Title$|Button$|^lang$/.test(name)
      expect([name, /[.?]$/.test(text)]).toEqual([name, sentence])
      if (lang !== 'en' && name !== 'lang') expect([name, text]).not.toEqual([name, english])
    }
    expect(Object.keys(words).toSorted()).toEqual(Object.keys(en ?? {}).toSorted())
  })

  it('stands in pages that say their language, escape what is put in, and fetch nothing', () => {
    const subject = { sender: '{list} <b>&"Shop"', list: '{sender}' }
    const pages = [
      askPage(words, subject),
      askPage(words, { ...subject, list: undefined }),
      donePage(words, subject, '/u/x/undo'),
      backPage(words, subject, true),
      backPage(words, subject, false),
      withdrawPage(words, subject.sender),
      withdrawnPage(words, subject.sender),
      saysPage(words, 'noneTitle', 'none'),
    ]
    for (const page of pages) {
      expect(page).toContain(`<html lang="${lang}">`)
      expect(page).not.toMatch(/<script|<b>|https?:|undefined/)
    }
    // What is put in is never read as a place of its own.
    expect(pages[0]).toContain('<strong>{list} &lt;b&gt;&amp;&quot;Shop&quot;</strong>')
    expect(pages[0]).toContain('<strong>{sender}</strong>')
    expect(pages[1]).not.toContain('{sender}')
  })
})
