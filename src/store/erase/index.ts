/** Erasing people from the files of a data folder. */
export { eraseInCopy, listCopies } from './copies.ts'
export { Mentions, takeOutOf } from './mention.ts'
export { emptyLog, scrub, scrubFile, scrubFileUnlessRead, scrubUnlessRead } from './scrub.ts'
