/** How long hosts put strangers off: learnt from attempts, so that the next message comes when it is taken. */
export { type GreylistMemory, createGreylistMemory } from './memory.ts'
export { type GreylistRecord, type GreylistSeen, learnGreylist, likelyDelay } from './record.ts'
