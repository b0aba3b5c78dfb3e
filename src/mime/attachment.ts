import MimeNode from 'nodemailer/lib/mime-node'
import { wrapBase64 } from './body.ts'
import { closed } from './field.ts'
import { flattenText } from './header.ts'

/** A file that travels with a message. */
export type Attachment = {
  readonly name: string
  /** `image/png`, without parameters. */
  readonly type: string
  /** In base64. */
  readonly content: string
  /** Where the HTML shows it by `cid:`, without brackets. */
  readonly cid?: string
}

const parent = new MimeNode('multipart/mixed', closed)

/**
 * A whole part, its headers first. Names in any language are written as RFC 2231 3 and 4 have them; in Content-Type also
 * as an encoded word, which RFC 2047 5 does not foresee and older programs read nothing but.
 */
export function writeAttachment({ name, type, content, cid }: Attachment): string {
  const node = new MimeNode(type, { ...closed, rootNode: parent, filename: flattenText(name) })
  node.setHeader('Content-Transfer-Encoding', 'base64')
  node.setHeader('Content-Disposition', cid === undefined ? 'attachment' : 'inline')
  if (cid !== undefined) node.setHeader('Content-Id', `<${cid}>`)
  return `${node.buildHeaders()}\r\n\r\n${wrapBase64(Buffer.from(content, 'base64'))}\r\n`
}
