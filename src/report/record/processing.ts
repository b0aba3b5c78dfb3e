import { printCount } from '../table.ts'
import type { SentRecord } from './document.ts'
import type { RecordSource } from './source.ts'

type Line = SentRecord['processing'][number]

/**
 * What a record of processing activities has to hold (Regulation (EU) 2016/679, article 30(1)(a) to (g)), and of the
 * security of processing (article 32(1)), as far as it is known here: in our words, with the paragraph beside. What is null
 * is for the controller to say.
 */
export function describeProcessing({ words, campaigns, evidence }: RecordSource): readonly Line[] {
  const columns = [...new Set(campaigns.flatMap((campaign) => campaign.columns))]
  const levels = [...new Set(campaigns.map(({ level }) => level))]
  return [
    { article: '30(1)(a)', asks: 'Controller, and how to reach it', answer: words.controller },
    { article: '30(1)(a)', asks: 'Data protection officer, where there is one', answer: words.officer },
    { article: '30(1)(b)', asks: 'Purpose', answer: words.purpose ?? purposeOf(campaigns) },
    {
      article: '30(1)(c)',
      asks: 'Whose data, and of what kind',
      answer: `Recipients of mail: their addresses${columns.length > 0 ? `, and for each the columns ${columns.join(', ')}` : ''}; for each message what was sent, when, and what the server answered.`,
    },
    {
      article: '30(1)(d)',
      asks: 'Who receives it',
      answer:
        'The mail servers that the recipients’ domains name, or the provider that the mail was handed to: this record has their numbers by provider, and the weakest by name.',
    },
    {
      article: '30(1)(e)',
      asks: 'Transfers to third countries',
      answer: null,
    },
    { article: '30(1)(f)', asks: 'When it is erased', answer: words.retention },
    {
      article: '30(1)(g), 32(1)(a)',
      asks: 'Encryption and pseudonymisation',
      answer: `Messages leave under a policy (${levels.length > 0 ? `level ${levels.join(', ')}` : 'no campaign in this period'}): a message is held rather than sent with less. In the log recipients stand as commitments under keys that are kept outside it.`,
    },
    {
      article: '32(1)(b)',
      asks: 'Integrity',
      answer:
        evidence.status === 'intact'
          ? `The log of what was sent is a Merkle tree whose root is signed; ${printCount(evidence.entries, 'entry', 'entries')} verified when this was written.`
          : 'The log of what was sent does not verify: see below.',
    },
    {
      article: '32(1)(d)',
      asks: 'Regular testing',
      answer: 'Each connection is judged before anything is sent over it, and the judgement recorded.',
    },
  ]
}

function purposeOf(campaigns: RecordSource['campaigns']): string | null {
  if (campaigns.length === 0) return null
  return `Sending ${campaigns.length === 1 ? 'the campaign' : 'the campaigns'} ${campaigns.map(({ name, subject }) => `${name} (“${subject}”)`).join(', ')}.`
}
