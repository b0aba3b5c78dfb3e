import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readAddress } from './index.ts'

test.each([
  ['', 'there is no address', 'Fill it in, or delete the row.'],
  ['ada', 'there is no @', 'Correct the address: it has the form name@example.org.'],
  ['ada lovelace', 'there is no @', 'Correct the address: it has the form name@example.org.'],
  ['a@b@c.org', 'there is more than one @', 'Correct the address: it has one @.'],
  ['a@x.org; b@x.org', 'there are two addresses in it', 'Give each address a row of its own.'],
  ['a@x.org b@x.org', 'there are two addresses in it', 'Give each address a row of its own.'],
  ['Ada <a@x.org>, Bob <b@x.org>', 'there are two addresses in it', 'Give each address a row of its own.'],
  ['ada lovelace@x.org', 'a space stands in it', 'Delete the space, or correct the address.'],
  ['ada@x. org', 'a space stands in it', 'Delete the space, or correct the address.'],
  ['ada@x,org', 'a comma stands in it', 'Write a dot for the comma, if that is what was meant.'],
  ['ada@x.org.', 'it ends with a dot', 'Delete the dot at its end.'],
  ['ada@localhost', 'its domain has no dot', 'Complete what stands after the @, as in example.org.'],
  ['#REF!', 'it is the error of a formula', 'Mend the formula in the spreadsheet, and save the sheet with its values alone.'],
  ['#N/A', 'it is the error of a formula', 'Mend the formula in the spreadsheet, and save the sheet with its values alone.'],
  ['#BEZUG!', 'it is the error of a formula', 'Mend the formula in the spreadsheet, and save the sheet with its values alone.'],
  ['mailto:a@x.org', 'it begins with mailto:', 'Leave the address alone, without mailto:.'],
  [
    'a@x.org\r\nBcc: b@x.org',
    'a line break stands in it',
    'Delete the line break; if the rest is another address, give it a row of its own.',
  ],
  ['a\0@x.org', 'a control character stands in it', 'Type the address anew.'],
  [
    'a\u202e@x.org',
    'an invisible character stands in it',
    'Type the address anew: it was copied together with a character that is not shown.',
  ],
  ['a@x.org, b@y.org, c@z.org', 'there is more than one @', 'Correct the address: it has one @.'],
  ['.a@x.org', 'what stands before the @ begins or ends with a dot', 'Correct the address, or delete the row.'],
])('%j: %s', (cell, why, next) => {
  expect(readAddress(cell)).toEqual({ kind: 'invalid', why, next })
})

test('any cell is an address that reads back as itself, or a problem with a remedy', () => {
  const piece = fc.constantFrom('a', '@', '.', 'x.org', ' ', '<', '>', '"', "'", ',', ';', '\n', '\0', 'é', '\u202e', '+')
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(piece, { maxLength: 12 }).map((all) => all.join('')),
        fc.string(),
      ),
      (cell) => {
        const read = readAddress(cell)
        if (read.kind === 'invalid') {
          expect(read.why).not.toBe('')
          expect(read.next).toMatch(/\.$/)
        } else {
          expect(readAddress(read.text)).toEqual(read)
          expect(read.text).not.toMatch(/[\r\n\0]/)
        }
      },
    ),
    { numRuns: 3000 },
  )
})
