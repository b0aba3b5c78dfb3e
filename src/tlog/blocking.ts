/**
 * What is done to files in the thread that asks for it, which waits. By way of libuv's threads each of these is four to six
 * calls, and for each of them two threads are woken: most of what a commit of a few files costs.
 */
import { closeSync, fdatasyncSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'

/** Writes a file under another name, waits for the disk, and gives it its own. */
export function writeBlocking(draft: string, path: string, octets: Uint8Array): void {
  withFile(draft, 'w', (file) => {
    for (let at = 0; at < octets.length;) at += writeSync(file, octets, at)
    // Before the name: a name that outlasts what it names would be a torn tile.
    fdatasyncSync(file)
  })
  renameSync(draft, path)
}

/** Waits until the names in a folder are on the disk. */
export function syncFolderBlocking(folder: string): void {
  withFile(folder, 'r', fsyncSync)
}

function withFile(path: string, flags: 'r' | 'w', action: (file: number) => void): void {
  const file = openSync(path, flags, 0o600)
  try {
    action(file)
  } finally {
    closeSync(file)
  }
}
