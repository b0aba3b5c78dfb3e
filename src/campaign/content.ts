import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import type { Attachment } from '../mime/index.ts'
import { findBeside, readOctets } from './beside.ts'
import type { Campaign } from './campaign.ts'
import { findContentType } from './contentType.ts'
import { embedImages, inlineStyles, renderMjml } from './html/index.ts'
import type { TemplateSource } from './source.ts'

/** Octets of all files of a message, before base64. */
const mostOctets = 20 * 1024 * 1024

export interface Content {
  readonly html: TemplateSource | undefined
  readonly attachments: readonly Attachment[]
}

/** Does to the HTML what is done once, and reads the files that travel with it. */
export async function prepareContent({ file, html, mjml, attachments }: Campaign): Promise<Content> {
  let left = mostOctets
  const read = async (name: string, where: string): Promise<Buffer> => {
    const octets = await readOctets(await findBeside(file, name, where), left, where)
    left -= octets.length
    return octets
  }
  const known = new Map<string, Attachment>()
  const readImage = async (name: string, where: string): Promise<Attachment> => {
    const image = known.get(name) ?? describeImage(name, await read(name, where))
    known.set(name, image)
    return image
  }
  const laidOut = html && mjml ? await renderMjml(html) : html
  // The style sheet of MJML is laid out by it already, and what it says of all elements is for the browser's defaults.
  const styled = laidOut && !mjml ? { ...laidOut, source: await inlineStyles(laidOut.source) } : laidOut
  const embedded = styled && (await embedImages(styled, readImage))
  const attached: Attachment[] = []
  for (const { file, name, type, where } of attachments)
    attached.push({ name, type, content: (await read(file, where)).toString('base64') })
  return {
    html: styled && embedded && { ...styled, source: embedded.html, ...moveOrigins(styled, embedded.moved) },
    attachments: [...(embedded?.images ?? []), ...attached],
  }
}

/** The same picture has the same id in each message: mail programs keep what they have. */
function describeImage(name: string, octets: Buffer): Attachment {
  const cid = `${createHash('sha256').update(octets).digest('hex').slice(0, 32)}@sealpost`
  return { name: basename(name), type: findContentType(name), content: octets.toString('base64'), cid }
}

/** @param moved how much longer the text has become before a place */
function moveOrigins(
  { origins }: TemplateSource,
  moved: (at: number) => number,
): Pick<TemplateSource, 'origins'> | Record<string, never> {
  return origins === undefined ? {} : { origins: origins.map((origin) => ({ ...origin, at: origin.at + moved(origin.at) })) }
}
