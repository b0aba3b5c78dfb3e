import { expect, it } from 'vitest'
import { parseMailbox } from './index.ts'

it.each([
  ['ada@example.org', '', 'ada@example.org'],
  ['Ada Lovelace <ada@Example.org>', 'Ada Lovelace', 'ada@example.org'],
  ['"Lovelace, Ada" <ada@example.org>', 'Lovelace, Ada', 'ada@example.org'],
  ['"say \\"hi\\"" <ada@example.org>', 'say "hi"', 'ada@example.org'],
  ['<ada@example.org>', '', 'ada@example.org'],
  ['Jörg <jörg@bücher.example>', 'Jörg', 'jörg@xn--bcher-kva.example'],
])('the mailbox %s', (text, name, address) => {
  expect(parseMailbox(text)).toMatchObject({ kind: 'mailbox', name, address: { text: address } })
})

it.each([
  'Shop <a@b.example>, X <c@d.example>',
  'a@b.example, X <c@d.example>',
  'a < b <ada@example.org>',
  'a\r\nBcc: x@y.example <c@d.example>',
])('one mailbox is not %j', (text) => {
  expect(parseMailbox(text)).toMatchObject({ kind: 'invalid' })
})
