import { html } from '../../escape.ts'
import { printSheet } from '../sheet.ts'
import { type MessagePreview, noteMessage } from './message.ts'

const style = `
iframe { width: 100%; height: 40rem; border: 1px solid var(--line); border-radius: .4rem; background: #fff }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--band); padding: 1rem; border-radius: .4rem; font: .9rem/1.5 ui-monospace, monospace }
th { width: 12rem } td { overflow-wrap: anywhere }
`

/** Nothing runs, and nothing is fetched: pictures are those that travel with the message. */
const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"

/** A message as one HTML file. The HTML part is in a frame that may do nothing, and has only what is in the message. */
export function printPreviewPage(preview: MessagePreview): string {
  const rows = preview.headers.map(({ name, value }) => `<tr><th>${html(name)}</th><td>${html(value)}</td></tr>`)
  const body = `<h1>${html(preview.headers.find(({ name }) => name === 'Subject')?.value ?? 'No subject')}</h1>
<p class="soft">Campaign ${html(preview.campaign)}, for line ${preview.line} of ${html(preview.list)}${preview.preheader === undefined ? '' : `<br>Preheader: ${html(preview.preheader)}`}</p>
<ul>${noteMessage(preview)
    .map((note) => `<li>${html(note)}</li>`)
    .join('')}</ul>
${preview.html === undefined ? '' : `<h2>HTML</h2>\n${printFrame(preview.html, preview)}`}
<h2>Plain text</h2>
<pre>${preview.text === undefined ? 'None' : verbatim(preview.text)}</pre>
<h2>Headers</h2>
<div class="scroll"><table>${rows.join('')}</table></div>`
  return printSheet({ title: `${preview.campaign} – preview`, style, body, policy })
}

function printFrame(part: string, { attachments }: MessagePreview): string {
  const shown = part.replace(/\bcid:([A-Za-z0-9@.-]{1,100})/g, (whole, cid: string) => {
    const file = attachments.find((one) => one.cid === cid)
    return file ? `data:${file.type};base64,${file.content}` : whole
  })
  // A frame takes over the policy of its page; its own says the same where a reader keeps the file apart.
  const guard = `<meta http-equiv="Content-Security-Policy" content="${policy}">`
  return `<iframe sandbox="" referrerpolicy="no-referrer" title="HTML part" srcdoc="${verbatim(guard + shown)}"></iframe>`
}

/** Escaped, and otherwise as it is: what is shown is what is sent. */
function verbatim(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
