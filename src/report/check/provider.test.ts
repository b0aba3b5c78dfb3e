import { expect, it } from 'vitest'
import { exampleResult, poison } from '../../../test/support/examined.ts'
import { recognise } from '../../provider/index.ts'
import { printCheckPage } from './page.ts'
import { nameProviders } from './provider.ts'
import { checkResultSchema } from './schema.ts'
import { publishResult } from './publish.ts'
import { printCheck } from './text.ts'

const providers = [...recognise('mx', ['aspmx.l.google.com']), ...recognise('spf', ['amazonses.com', 'mailgun.org'])]
const line =
  'Google (Gmail and Workspace) (MX aspmx.l.google.com); Amazon SES or Resend (SPF includes amazonses.com); Mailgun (Sinch) (SPF includes mailgun.org)'

it('names who runs the servers, and who sends; what one name may stand for are alternatives', () => {
  expect(nameProviders(exampleResult({ providers }))).toBe(line)
  expect(nameProviders(exampleResult())).toBeUndefined()
})

it('is told in text, on the page and in JSON, and nothing where nobody was recognised', () => {
  const run = { software: 'sealpost/1.2.3', level: 'encrypted', writtenAt: '2026-11-24T09:31:00.000Z' }
  const result = exampleResult({ providers })
  const text = printCheck(result, { verbose: false, colour: false })
  expect(text.replace(/\s+/g, ' ')).toContain(`Provider: ${line}.`)
  expect(printCheckPage([result], run)).toContain(`<p class="soft">Provider: ${line}.</p>`)
  expect(checkResultSchema.parse(publishResult(result)).providers).toHaveLength(4)
  expect(printCheck(exampleResult(), { verbose: false, colour: false })).not.toContain('Provider')
  expect(printCheckPage([exampleResult()], run)).not.toContain('Provider:')
})

it('lets no name from the DNS steer a terminal or a page', () => {
  const hostile = poison(exampleResult({ providers }), '\u001b[2J<b>')
  expect(printCheck(hostile, { verbose: false, colour: false })).not.toContain('\u001b')
  expect(printCheckPage([hostile], { software: 's', level: 'encrypted', writtenAt: '2026-11-24T09:31:00.000Z' })).not.toContain(
    '<b>',
  )
})
