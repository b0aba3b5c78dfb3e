import { visible } from '../escape.ts'
import { printCount } from '../report/index.ts'
import type { Traces } from './eraseTraces.ts'

/** What would be erased, for people. */
export function printTraces(traces: Traces, people: number): readonly string[] {
  const { messages, lists, suppressions, bounces, claims, orders, tracking, copies, erased } = traces
  const campaigns = new Set(messages.map(({ campaign }) => campaign))
  const waiting = messages.filter(({ waits }) => waits).length
  const lines = [
    messages.length > 0 &&
      `${printCount(messages.length, 'message')} of ${printCount(campaigns.size, 'campaign')}: address, columns of the list, what servers said, and the keys that open the evidence`,
    waiting > 0 && `${printCount(waiting, 'message')} of them ${waiting === 1 ? 'waits' : 'wait'}, and will not be sent`,
    lists.length > 0 && `stored lists: ${lists.map(({ name }) => visible(name, 64)).join(', ')}`,
    suppressions > 0 &&
      `${printCount(suppressions, 'entry', 'entries')} of the suppression list, and of who is not to be counted, in whose place comes a keyed hash`,
    bounces > 0 && `what is told of the recipient in ${printCount(bounces, 'note')} on bounces and complaints`,
    claims > 0 && `what ${printCount(claims, 'report')} of providers ${claims === 1 ? 'says' : 'say'}`,
    tracking && 'by what the recipient was told from others where links are counted',
    orders > 0 && `the address in ${printCount(orders, 'order')}`,
    copies.length > 0 && `the same in copies that lie in the data folder: ${copies.join(', ')}`,
  ].filter((line) => line !== false)
  const again =
    erased > 0 ? [`${printCount(erased, 'person', 'people')} of these ${erased === 1 ? 'was' : 'were'} erased before.`] : []
  const going =
    lines.length > 0
      ? [`What is kept of ${printCount(people, 'person', 'people')}, and goes:`, ...lines.map((line) => `  ${line}`)]
      : ['What may be left in the files of an erasure that was interrupted goes.']
  return [
    ...again,
    ...going,
    'Kept is a keyed hash of the address, so that it is not written to again, and the evidence, in which nothing names anybody.',
    'Without the keys it cannot be shown any more what the evidence says of these messages, neither to you nor to an auditor.',
  ]
}

/** What Sealpost cannot reach, and a person has to see to. */
export function printOutside({ lists, campaigns }: Traces): readonly string[] {
  const sources = [...new Set(lists.map(({ source }) => visible(source, 200)))]
  return [
    `Not reached: files that lists are read from${sources.length > 0 ? ` (${sources.join(', ')})` : ''}, exports, receipts that sealpost prove wrote, and copies that were made of the queue or of the data folder. A queue that is put back with sealpost queue restore is erased anew.`,
    'Nor mailboxes with bounces, the logs of mail servers, and what providers, filters and other programs keep.',
    ...(campaigns.length > 0
      ? [
          `Named by campaigns themselves, which are kept as they were sent: ${campaigns.map((name) => visible(name, 100)).join(', ')}.`,
        ]
      : []),
  ]
}
