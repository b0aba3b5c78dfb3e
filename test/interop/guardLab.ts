/**
 * Waits until a laboratory is closed or its process ends, in whatever way, and removes it.
 *
 * A program of its own, `node guardLab.ts PREFIX`, in a session of its own: Ctrl-C ends vitest and its workers in the
 * middle of whatever they do, and no handler of theirs can be relied on. Its input ends then as well.
 */
import { removeLab } from './lab/sweep.ts'

for await (const _ of process.stdin);
removeLab(process.argv[2] ?? '')
