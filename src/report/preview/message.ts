/** One message of a campaign, taken apart to be looked at. */
export interface MessagePreview {
  readonly campaign: string
  /** The list, and the line of it that the message is for. */
  readonly list: string
  readonly line: number
  /** In their order, encoded words decoded, not escaped. */
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  readonly preheader: string | undefined
  readonly text: string | undefined
  readonly html: string | undefined
  /** Octets of the whole message. */
  readonly octets: number
  readonly attachments: readonly PreviewedFile[]
}

interface PreviewedFile {
  readonly name: string
  readonly type: string
  /** In base64. */
  readonly content: string
  readonly cid?: string
}

/** Gmail shows no more of the HTML, and a link to the rest. */
const clipped = 102_000

/** What is worth knowing about a message before it is sent. */
export function noteMessage({ html, octets, attachments }: MessagePreview): readonly string[] {
  const notes = [`The message has ${sizeOf(octets)}.`]
  if (html !== undefined) {
    const size = Buffer.byteLength(html)
    notes.push(`The HTML has ${sizeOf(size)}${size > clipped ? '; Gmail shows the first 102 kB' : ''}.`)
    const hosts = listHosts(html)
    if (hosts.length > 0)
      notes.push(
        `Pictures from ${hosts.join(', ')}: many programs show them only when asked to, and their server learns who looks.`,
      )
    const bare = [...html.matchAll(/<img\b[^>]*>/gi)].filter(([tag]) => !/\balt\s*=/i.test(tag)).length
    if (bare > 0) notes.push(`${bare} of the pictures have no alt text.`)
  }
  for (const { name, type, content, cid } of attachments) {
    const size = sizeOf(Math.floor((content.length * 3) / 4))
    notes.push(`${cid === undefined ? 'Attached' : 'Shown in the HTML'}: ${name} (${type}, ${size}).`)
  }
  return notes
}

function listHosts(html: string): readonly string[] {
  const found = html.matchAll(/\b(?:src|background)\s*=\s*["']?https?:\/\/([^/"'\s>:]+)/gi)
  return [...new Set([...found].map(([, host = '']) => host.toLowerCase()))].slice(0, 10)
}

function sizeOf(octets: number): string {
  return octets < 1_000_000 ? `${(octets / 1_000).toFixed(1)} kB` : `${(octets / 1_000_000).toFixed(1)} MB`
}
