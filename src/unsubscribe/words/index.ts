/** What the pages say, a language a file. */
import { de } from './de.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'
import { it } from './it.ts'
import { nl } from './nl.ts'
import { pl } from './pl.ts'
import { pt } from './pt.ts'
import type { PageWords } from './words.ts'

export type { PageWords } from './words.ts'

export const pageWords: ReadonlyMap<string, PageWords> = new Map([en, de, fr, es, it, nl, pl, pt].map((one) => [one.lang, one]))
