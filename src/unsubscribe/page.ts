import { createHash } from 'node:crypto'
import { html } from '../escape.ts'
import type { PageWords } from './words/index.ts'

/** Whom and what a page is about. */
export interface PageSubject {
  /** As people see it; not escaped. */
  readonly sender: string
  readonly list: string | undefined
}

const style = `:root { color-scheme: light dark }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: Canvas; color: CanvasText; font: 1.0625rem/1.5 system-ui, sans-serif }
main { width: 100%; max-width: 30rem; padding: 2rem; border: 1px solid color-mix(in srgb, CanvasText 20%, Canvas); border-radius: .75rem }
h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25 }
p { margin: 0 0 1rem; overflow-wrap: anywhere }
button { width: 100%; min-height: 3rem; padding: .5rem 1rem; border: 2px solid #0b57d0; border-radius: .5rem; background: #0b57d0; color: #fff; font: inherit; font-weight: 600; cursor: pointer }
button.quiet { background: transparent; color: inherit; border-color: color-mix(in srgb, CanvasText 40%, Canvas); font-weight: 400 }
button:focus-visible { outline: 3px solid #0b57d0; outline-offset: 3px }
.note.before { margin: 0 0 1rem }
.note { margin: 1rem 0 0; font-size: .9375rem; opacity: .8 }
@media (max-width: 30rem) { body { place-items: start center; padding: .75rem } main { padding: 1.25rem } }`

/** No script, nothing from elsewhere, no frame around it; the one style by its hash. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`

/** Asks; only the button does anything. */
export function askPage(words: PageWords, subject: PageSubject): string {
  const question = subject.list === undefined ? words.ask : words.askList
  return frame(
    words,
    words.askTitle,
    `${paragraph(question, subject)}
${button('List-Unsubscribe', 'One-Click', words.askButton)}
${note(words.askNote)}`,
  )
}

/** @param undo where to take it back */
export function donePage(words: PageWords, subject: PageSubject, undo: string): string {
  const said = subject.list === undefined ? words.done : words.doneList
  return frame(
    words,
    words.doneTitle,
    `${paragraph(said, subject)}
${note(words.undoNote, 'note before')}
${button('resubscribe', 'yes', words.undoButton, undo)}`,
  )
}

export function backPage(words: PageWords, subject: PageSubject, done: boolean): string {
  const said = subject.list === undefined ? words.back : words.backList
  return done ? frame(words, words.backTitle, paragraph(said, subject)) : saysPage(words, 'unchangedTitle', 'tooLate')
}

/** Asks whether the consent to be counted is to end; the mail goes on. */
export function withdrawPage(words: PageWords, sender: string): string {
  return frame(
    words,
    words.withdrawTitle,
    `${paragraph(words.withdraw, { sender, list: undefined })}
${button('tracking', 'off', words.withdrawButton)}
${note(words.withdrawNote)}`,
  )
}

export function withdrawnPage(words: PageWords, sender: string): string {
  return frame(words, words.withdrawnTitle, paragraph(words.withdrawn, { sender, list: undefined }))
}

/** A page that says something, and asks nothing. */
export function saysPage(words: PageWords, title: keyof PageWords, text: keyof PageWords): string {
  return frame(words, words[title], paragraph(words[text]))
}

function paragraph(text: string, subject?: PageSubject): string {
  // Escaped before anything is put in: neither can make the other out of itself.
  const fill = (part: string): string =>
    part === '{sender}' ? strong(subject?.sender) : part === '{list}' ? strong(subject?.list) : html(part)
  return `<p>${text
    .split(/(\{sender\}|\{list\})/)
    .map(fill)
    .join('')}</p>`
}

function strong(text: string | undefined): string {
  return `<strong>${html(text ?? '')}</strong>`
}

function note(text: string, name = 'note'): string {
  return `<p class="${name}">${html(text)}</p>`
}

function button(name: string, value: string, words: string, action?: string): string {
  const where = action === undefined ? '' : ` action="${html(action)}"`
  const quiet = action === undefined ? '' : ' class="quiet"'
  const own = action === undefined ? '<input type="hidden" name="from" value="page">' : ''
  return `<form method="post"${where}><input type="hidden" name="${name}" value="${value}">${own}<button${quiet}>${html(words)}</button></form>`
}

function frame({ lang }: PageWords, title: string, body: string): string {
  return `<!doctype html>
<html lang="${lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${html(title)}</title><style>${style}</style></head>
<body><main>
<h1>${html(title)}</h1>
${body}
</main></body>
</html>
`
}
