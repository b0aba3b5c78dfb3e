import { createHash } from 'node:crypto'
import { html } from '../escape.ts'

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
export function askPage(subject: PageSubject): string {
  return frame(
    'Unsubscribe',
    `<p>Do you want no more ${mailOf(subject)}?</p>
${button('List-Unsubscribe', 'One-Click', 'Unsubscribe')}
<p class="note">Nothing happens until you press the button. Then it counts at once.</p>`,
  )
}

/** @param undo where to take it back */
export function donePage(subject: PageSubject, undo: string): string {
  return frame(
    'You are unsubscribed',
    `<p>You will get no more ${mailOf(subject)}.</p>
<p class="note before">It was a mistake? For one day you can take it back.</p>
${button('resubscribe', 'yes', 'Keep sending me mail', undo)}`,
  )
}

export function backPage(subject: PageSubject, done: boolean): string {
  return done
    ? frame('You are subscribed again', `<p>You will get ${mailOf(subject)} as before.</p>`)
    : frame(
        'Nothing was changed',
        '<p>This can only be taken back for one day, and with the same link. Ask the sender to add you again.</p>',
      )
}

/** The same whatever is wrong with a link, so that it tells nothing. */
export function nonePage(): string {
  return frame(
    'This link does not work',
    '<p>It may have been cut when it was copied, or be too old. Use the link of the latest mail, or answer that mail and ask to be removed.</p>',
  )
}

export function testPage(): string {
  return frame('Links work', '<p>This is a test of the sender. Nobody is unsubscribed by it.</p>')
}

/** A sentence for what went wrong before anything could be done. */
export function troublePage(title: string, words: string): string {
  return frame(title, `<p>${html(words)}</p>`)
}

function mailOf({ sender, list }: PageSubject): string {
  return `mail from <strong>${html(sender)}</strong>${list === undefined ? '' : ` of the list <strong>${html(list)}</strong>`}`
}

function button(name: string, value: string, words: string, action?: string): string {
  const where = action === undefined ? '' : ` action="${html(action)}"`
  const quiet = action === undefined ? '' : ' class="quiet"'
  const own = action === undefined ? '<input type="hidden" name="from" value="page">' : ''
  return `<form method="post"${where}><input type="hidden" name="${name}" value="${value}">${own}<button${quiet}>${words}</button></form>`
}

function frame(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${title}</title><style>${style}</style></head>
<body><main>
<h1>${title}</h1>
${body}
</main></body>
</html>
`
}
