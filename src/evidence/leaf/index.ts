/** The entries of the log: three kinds of leaves, how they are written and read. */
export { type ActEntry, type ActLeaf, type ActName, printAct } from './act.ts'
export { type AttemptLeaf, printAttempt } from './attempt.ts'
export { type Leaf, type LeafRead, describeLeaves, readLeaf } from './read.ts'
export { type SessionLeaf, printPeer, printSession } from './session.ts'
