import { findField } from '../../mime/read/index.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { sources } from '../source.ts'
import { eachSample } from './sample.ts'

export const unsubscribeInvisible: Rule = {
  id: 'unsubscribe-invisible',
  severity: 'warning',
  title: 'The message shows no way to unsubscribe',
  why: 'Gmail, Yahoo and Outlook.com want a link that can be seen; CAN-SPAM wants a way out told in every commercial message, the ePrivacy directive (13(4)) an address to ask for it.',
  next: 'Put a link or a sentence into text and HTML that says how to leave.',
  sources: [sources.gmail, sources.yahoo, sources.outlook, sources.canSpam, sources.eprivacy],
  receivers: ['gmail', 'yahoo', 'outlook'],
  look: (facts) =>
    eachSample(facts, ({ fields, text, html }) => {
      const said =
        /unsubscri|opt[- ]?out|abmeld|abbestell|austragen|désabonn|desabonn|désinscri|darse de baja|cancelar (?:la )?su(?:b)?scrip|disiscri|annulla l'iscrizione|afmeld|uitschrij|wypis|avregistr|отпис|配信停止|退订/i
      const parts = [text, html && `${html.text} ${html.links.map((link) => `${link.text} ${link.href}`).join(' ')}`].filter(
        (part) => part !== undefined,
      )
      // The link of the header is a way out in whatever words it is put, and in every language.
      const link = /<(https:\/\/[^>]+)>/i.exec(findField(fields, 'list-unsubscribe') ?? '')?.[1]
      const silent = parts.filter((part) => !said.test(part) && !(link !== undefined && part.includes(link)))
      if (parts.length === 0 || silent.length === 0) return kept
      return broken(
        silent.length < parts.length
          ? 'one of text and HTML does not'
          : 'neither a link nor a word of it, in the languages looked for',
        silent.length < parts.length ? 'info' : 'warning',
      )
    }),
}
