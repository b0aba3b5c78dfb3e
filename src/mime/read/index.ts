/** Messages from strangers: their structure within bounds, no more. Loads nothing of what composes messages. */
export { decodeBody } from './encoding.ts'
export { type Field, type Head, type Unreadable, findField, findFields, parseHead } from './header.ts'
export { type Part, parseMessage } from './part.ts'
export { readReturned } from './returned.ts'
export { decodeWords } from './word.ts'
