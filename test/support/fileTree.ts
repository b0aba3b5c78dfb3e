import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A folder of files for one test, gone when the test is. */
export class FileTree implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'sealpost-tree-'))

  constructor(files: Readonly<Record<string, string | Buffer>>) {
    for (const [name, text] of Object.entries(files)) this.write(name, text)
  }

  at(name: string): string {
    return join(this.path, name)
  }

  write(name: string, text: string | Buffer): void {
    mkdirSync(dirname(this.at(name)), { recursive: true })
    writeFileSync(this.at(name), text)
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}
