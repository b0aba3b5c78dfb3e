import { type Field, type Part, decodeBody, decodeWords, findField, parseMessage } from '../mime/read/index.ts'
import { type HtmlFacts, readHtml } from './html.ts'

/** One message as it would be sent. */
export interface SampleFacts {
  /** The line of the list that it is for. */
  readonly line: number
  /** Of the whole message. */
  readonly octets: number
  readonly fields: readonly Field[]
  readonly subject: string
  /** What stands in the text part; undefined where there is none. */
  readonly text: string | undefined
  readonly html: (HtmlFacts & { readonly octets: number }) | undefined
  readonly attachments: readonly { readonly name: string; readonly type: string; readonly octets: number }[]
}

/** Takes a message of ours apart; undefined where it is none, which the sender finds as well. */
export function readSample(line: number, raw: Buffer): SampleFacts | undefined {
  const message = parseMessage(raw)
  if (message.kind === 'unreadable') return undefined
  const found: Found = { text: undefined, html: undefined, attachments: [] }
  collect(message, found)
  return {
    line,
    octets: raw.length,
    fields: message.fields,
    subject: decodeWords(findField(message.fields, 'subject') ?? ''),
    ...found,
  }
}

interface Found {
  text: string | undefined
  html: SampleFacts['html']
  readonly attachments: { name: string; type: string; octets: number }[]
}

function collect(part: Part, found: Found): void {
  if (part.parts.length > 0) {
    for (const inner of part.parts) collect(inner, found)
    return
  }
  const disposition = findField(part.fields, 'content-disposition') ?? ''
  const attached = /^attachment/i.test(disposition)
  const content = decodeBody(part)
  if (!attached && part.type === 'text/plain' && found.text === undefined) found.text = content?.toString('utf8') ?? ''
  else if (!attached && part.type === 'text/html' && !found.html) {
    const html = content?.toString('utf8') ?? ''
    found.html = { ...readHtml(html), octets: content?.length ?? part.body.length }
  } else {
    const named = /filename\*?="?(?:utf-8'[^']*')?([^";]+)/i.exec(disposition)?.[1] ?? part.parameters.get('name') ?? ''
    found.attachments.push({ name: decodeWords(named.trim()), type: part.type, octets: content?.length ?? part.body.length })
  }
}
