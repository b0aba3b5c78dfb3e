import { visible } from '../../escape.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { eachSample } from './sample.ts'

export const attachmentRisky: Rule = {
  id: 'attachment-risky',
  severity: 'error',
  title: 'An attachment is of a kind that mail servers refuse',
  why: 'Programs and archives that may hold them are refused by Gmail and most others, and the message with them.',
  next: 'Put the file on a website and link to it.',
  sources: [{ title: 'Google, File types blocked in Gmail', url: 'https://support.google.com/mail/answer/6590' }],
  receivers: ['gmail'],
  look: (facts) =>
    eachSample(facts, ({ attachments }) => {
      const risky =
        /\.(?:ade|adp|apk|appx|bat|cab|chm|cmd|com|cpl|dll|dmg|exe|hta|ins|isp|iso|jar|js|jse|lib|lnk|mde|msc|msi|msp|mst|pif|ps1|reg|scr|sct|shb|sys|vb|vbe|vbs|vxd|wsc|wsf|wsh|xll|docm|xlsm|pptm)$/i
      const found = attachments.find(({ name }) => risky.test(name))
      return found ? broken(visible(found.name, 100)) : kept
    }),
}
