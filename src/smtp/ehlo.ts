import type { Reply } from './reply.ts'

/** What a server says of itself after EHLO (RFC 5321 4.1.1.1). */
export interface Capabilities {
  /** The first line: the server's name and greeting. No keyword is read from it. */
  readonly greeting: string
  readonly extensions: readonly Extension[]
}

export interface Extension {
  /** Upper case: keywords know no case (RFC 5321 2.4). */
  readonly keyword: string
  readonly params: readonly string[]
}

/** Reads a 250 reply to EHLO or LHLO. */
export function parseEhlo(reply: Reply): Capabilities {
  const extensions = reply.lines.slice(1).map((line): Extension => {
    const [keyword = '', ...params] = line.trim().split(/[ \t]+/)
    return { keyword: keyword.toUpperCase(), params }
  })
  return { greeting: reply.lines[0] ?? '', extensions }
}

/** The extension of that name (upper case), if it was offered. */
export function findExtension(capabilities: Capabilities, keyword: string): Extension | undefined {
  return capabilities.extensions.find((extension) => extension.keyword === keyword)
}
