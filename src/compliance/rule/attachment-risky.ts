import { visible } from '../../escape.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { sources } from '../source.ts'
import { eachSample } from './sample.ts'

/** The kinds that Gmail lists. */
const refused =
  /\.(?:ade|adp|apk|appx|appxbundle|bat|cab|chm|cmd|com|cpl|diagcab|diagcfg|diagpkg|dll|dmg|ex|ex_|exe|hta|img|ins|iso|isp|jar|jnlp|js|jse|lib|lnk|mde|mjs|msc|msi|msix|msixbundle|msp|mst|nsh|pif|ps1|scr|sct|shb|sys|vb|vbe|vbs|vhd|vxd|wsc|wsf|wsh|xll)$/i

/** What can hold programs, and is let through by some: documents with macros, and settings for a registry. */
const doubtful = /\.(?:docm|dotm|xlsm|xlsb|pptm|reg)$/i

export const attachmentRisky: Rule = {
  id: 'attachment-risky',
  severity: 'error',
  title: 'An attachment is of a kind that mail servers refuse',
  why: 'Gmail refuses messages with programs and their like, others do the same, and many refuse documents with macros.',
  next: 'Put the file on a website and link to it.',
  sources: [sources.gmailBlocked],
  receivers: ['gmail'],
  look: (facts) =>
    eachSample(facts, ({ attachments }) => {
      const found = attachments.find(({ name }) => refused.test(name))
      if (found) return broken(visible(found.name, 100))
      const near = attachments.find(({ name }) => doubtful.test(name))
      return near ? broken(visible(near.name, 100), 'warning') : kept
    }),
}
