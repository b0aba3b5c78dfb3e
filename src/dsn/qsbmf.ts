import { type Part, decodeBody, parseHead } from '../mime/read/index.ts'
import { type DeliveryReport, type RecipientStatus, maxRecipients, maxReport } from './report.ts'
import { chooseStatus } from './status.ts'

/**
 * Reads a bounce of qmail-send (D. J. Bernstein, "The qmail-send Bounce Message Format", 1997): a body that begins with
 * "Hi. This is the", paragraphs, one of them for each recipient, then a break and the message itself. It always means
 * that delivery was given up. Undefined where the message is none.
 */
export function readQsbmf(root: Part): DeliveryReport | undefined {
  if (root.type !== 'text/plain') return undefined
  const content = decodeBody(root)
  if (!content?.subarray(0, 15).equals(Buffer.from('Hi. This is the'))) return undefined
  const recipients: RecipientStatus[] = []
  let rest = content
  while (rest.length > 0 && recipients.length <= maxRecipients && content.length - rest.length <= maxReport) {
    const [paragraph, after] = cutParagraph(rest)
    if (paragraph.startsWith('-')) {
      const head = parseHead(after)
      return finish(recipients, head.kind === 'head' ? head.fields : [])
    }
    if (paragraph.startsWith('<')) recipients.push(...readRecipient(paragraph))
    rest = after
  }
  // Without the break it is cut, or somebody's letter that begins with the same words.
  return undefined
}

function finish(recipients: readonly RecipientStatus[], returned: DeliveryReport['returned']): DeliveryReport | undefined {
  if (recipients.length === 0) return undefined
  return { kind: 'delivery-report', form: 'qsbmf', envelopeId: undefined, reportingMta: undefined, recipients, returned }
}

/** Its first line ends with a colon; the reason follows, and may end with a code as in `(#5.1.1)`. */
function readRecipient(paragraph: string): readonly RecipientStatus[] {
  const feed = paragraph.indexOf('\n')
  const address = /^<([^\r\n]{1,500})>:\r?$/.exec(feed < 0 ? paragraph : paragraph.slice(0, feed))?.[1]
  if (address === undefined) return []
  const diagnostic =
    feed < 0
      ? ''
      : paragraph
          .slice(feed + 1)
          .replace(/\s+/g, ' ')
          .trim()
  const code = /\(#([45]\.\d{1,3}\.\d{1,3})\)$/.exec(diagnostic)?.[1]
  return [
    {
      original: undefined,
      final: address,
      action: 'failed',
      status: code ?? chooseStatus(undefined, diagnostic),
      remoteMta: undefined,
      diagnostic,
      lastAttemptAt: undefined,
      retryUntil: undefined,
    },
  ]
}

/** Up to the next empty line, and what follows that line; a paragraph that is longer than any report's is cut. */
function cutParagraph(content: Buffer): readonly [string, Buffer] {
  for (let feed = content.indexOf(0x0a); feed >= 0; feed = content.indexOf(0x0a, feed + 1)) {
    const next = content[feed + 1] === 0x0d ? feed + 2 : feed + 1
    if (content[next] !== 0x0a) continue
    return [content.toString('utf8', 0, Math.min(feed, 4096)), content.subarray(next + 1)]
  }
  return [content.toString('utf8', 0, 4096), content.subarray(content.length)]
}
