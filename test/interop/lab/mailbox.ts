/** What a server delivered: a Maildir read from outside, without the help of the server. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

export interface StoredMessage {
  readonly recipient: string
  /** The headers that the receiving server put on top: Return-Path, Delivered-To or Envelope-to, Received. */
  readonly trace: string
  /** What the client sent, byte for byte, with LF line ends as a Maildir has them. */
  readonly content: Buffer
}

export async function readMailbox(folder: string, recipientHeader: string): Promise<StoredMessage[]> {
  const messages: StoredMessage[] = []
  for (const name of await readdir(join(folder, 'new'))) {
    messages.push(splitTrace(await readFile(join(folder, 'new', name)), recipientHeader))
  }
  return messages
}

const traceHeader = /^(?:(?:Return-Path|Delivered-To|X-Original-To|Envelope-to|Received):.*\n(?:[ \t].*\n)*)+/i

function splitTrace(stored: Buffer, recipientHeader: string): StoredMessage {
  const trace = traceHeader.exec(stored.toString('latin1'))?.[0] ?? ''
  const recipient = new RegExp(`^${recipientHeader}: (.*)$`, 'im').exec(trace)?.[1]
  if (recipient === undefined) throw new Error(`A message was stored without ${recipientHeader}:\n${trace}`)
  return { recipient: Buffer.from(recipient, 'latin1').toString(), trace, content: stored.subarray(trace.length) }
}

/** Returns when nothing is left in the folders of the queue. A message is there before the client is told 250. */
export async function waitUntilDelivered(spool: readonly string[], readLog: () => Promise<string>): Promise<void> {
  const deadline = Date.now() + 60_000
  while (await hasFiles(spool)) {
    if (Date.now() > deadline) throw new Error(`The server does not deliver what it accepted. Its log:\n${await readLog()}`)
    await delay(20)
  }
}

async function hasFiles(folders: readonly string[]): Promise<boolean> {
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(ignoreVanished)
    if (entries.some((entry) => entry.isFile())) return true
  }
  return false
}

/** A folder of the queue that has not been made yet, or that went while it was listed, holds nothing by now. */
function ignoreVanished(error: unknown): [] {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
  throw error
}
