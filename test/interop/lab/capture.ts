/** Every packet of the client's namespace, as somebody on the way would have it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Lab } from './lab.ts'
import { inNamespace } from './network.ts'
import { repository } from './requirement.ts'
import { joinStreams } from './tcpStream.ts'

export interface Capture {
  readonly frames: readonly Buffer[]
  /** What each side of each connection said, put together from its segments. */
  readonly streams: readonly Buffer[]
  /** Whether the octets are anywhere in it, in one frame or across segments. */
  holds(octets: string | Buffer): boolean
}

/** Runs a task while every frame on the loopback and the bridge is kept. Fails where the kernel could not hand over all. */
export async function captureDuring(lab: Lab, task: () => Promise<void>): Promise<Capture> {
  const file = join(mkdtempSync(join(lab.folder, 'capture-')), 'frames')
  const program = join(repository, 'test/interop/captureFrames.py')
  const [python = '', ...words] = inNamespace(lab.client, ['/usr/bin/python3', program, file])
  const child = spawn(python, words, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<string> => ((await lines.next()) as { value?: string }).value ?? 'ended'
  const said = await next()
  if (said !== 'ready') throw new Error(`The capture does not start: ${said}`)
  const ended = once(child, 'exit')
  try {
    await task()
  } finally {
    child.stdin.end()
  }
  const dropped = await next()
  await ended
  if (dropped !== 'dropped 0') throw new Error(`The capture is not whole: ${dropped}`)
  return describe(splitFrames(readFileSync(file)))
}

function splitFrames(kept: Buffer): Buffer[] {
  const frames: Buffer[] = []
  for (let at = 0; at < kept.length;) {
    const length = kept.readUInt32BE(at)
    frames.push(kept.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return frames
}

function describe(frames: readonly Buffer[]): Capture {
  const streams = joinStreams(frames)
  return {
    frames,
    streams,
    holds: (octets) => [...frames, ...streams].some((piece) => piece.includes(octets)),
  }
}
