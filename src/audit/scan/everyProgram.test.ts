/** Every program's examples, as files in a folder: the scan finds each once, and takes it for no other program's. */
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FileTree } from '../../../test/support/fileTree.ts'
import { collect, setupsOf } from '../../../test/support/scanning.ts'
import { softwares } from '../software/index.ts'

describe.each(softwares.flatMap(({ id, examples }) => examples.map((example) => [id, example.label, example] as const)))(
  '%s, %s',
  (id, _, { file, text }) => {
    it.each([
      ['in a folder', (tree: FileTree) => tree.path],
      ['in its own folder, where its path begins with others', (tree: FileTree) => dirname(tree.at(file))],
      ['by name', (tree: FileTree) => tree.at(file)],
    ])('%s', async (_, where) => {
      using tree = new FileTree({ [file]: text })
      const events = await collect([where(tree)], softwares)
      expect(setupsOf(events).map(({ software }) => software.id)).toEqual([id])
      expect(events.filter(({ kind }) => kind === 'fault')).toEqual([])
    })
  },
)
