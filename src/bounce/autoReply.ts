import { type Field, findField } from '../mime/read/index.ts'

/** Headers that answering machines set, before RFC 3834 and beside it. */
const marks = ['x-autoreply', 'x-autorespond', 'x-autoresponder', 'x-auto-reply']

/** Whether a message is an answer that nobody wrote: out of office, a ticket's receipt. It says nothing about the address. */
export function isAutoReply(fields: readonly Field[]): boolean {
  // RFC 3834 5: anything but `no`; a comment or parameters may follow the word.
  const submitted = /^[a-z-]+/.exec(findField(fields, 'auto-submitted')?.toLowerCase() ?? '')?.[0]
  if (submitted !== undefined && submitted !== 'no') return true
  if (findField(fields, 'precedence')?.toLowerCase() === 'auto_reply') return true
  return marks.some((name) => !['', 'no', undefined].includes(findField(fields, name)?.toLowerCase()))
}
