import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import type { HeaderField, HeaderSection } from './section.ts'

/** A header that a signature names. */
export interface Covered {
  /** As h= spells it. */
  readonly name: string
  readonly folded: string
  /**
   * `always`: named once more than it occurs, so that none can be added (RFC 6376 8.15). `there`: so too where it occurs;
   * where it does not, a host on the way may add it rightly (RFC 6409 8), and that must break nothing.
   */
  readonly guard: 'always' | 'there'
}

/**
 * What a reader sees, what a program acts on, and what says how the body is read: RFC 6376 5.4.1 recommends to sign these,
 * and 8.15 to name them once more than they occur, as M3AAWG's "DKIM Email Authentication Best Practices" does.
 * RFC 8058 4: List-Unsubscribe and List-Unsubscribe-Post MUST be covered for one-click to count. Feedback-ID counts with
 * Gmail only where a signature covers it. Resent-* and Received are others' to add (RFC 6376 5.4).
 */
const always = [
  'From',
  'Reply-To',
  'To',
  'Cc',
  'Subject',
  'In-Reply-To',
  'References',
  'MIME-Version',
  'Content-Type',
  'Content-Transfer-Encoding',
  'List-Unsubscribe',
  'List-Unsubscribe-Post',
]

/** RFC 6409 8.1 to 8.3: a submission server may add the first three; lists and filters the others. */
const there = [
  'Sender',
  'Date',
  'Message-ID',
  'List-Id',
  'List-Help',
  'List-Subscribe',
  'List-Post',
  'List-Owner',
  'List-Archive',
  'Feedback-ID',
  'Precedence',
  'Auto-Submitted',
  'Content-Disposition',
  'Content-ID',
  'Content-Language',
  'Importance',
]

/** Others change or remove these on the way (RFC 6376 5.4), and none may be signed. */
const passing =
  /^(?:return-path|received|received-spf|dkim-signature|authentication-results|arc-.*|x-received|delivered-to|bcc|resent-.*|comments|keywords)$/

const usual: readonly Covered[] = [
  ...always.map((name) => ({ name, folded: name.toLowerCase(), guard: 'always' as const })),
  ...there.map((name) => ({ name, folded: name.toLowerCase(), guard: 'there' as const })),
]

/**
 * The headers that a signature covers: the usual ones, and `more` in their order.
 *
 * @throws SealpostError SP_DKIM_INVALID
 */
export function planCoverage(more: readonly string[]): readonly Covered[] {
  const known = new Set(usual.map(({ folded }) => folded))
  const added = more.flatMap((name): Covered[] => {
    const folded = name.toLowerCase()
    // A semicolon is a field name's by RFC 5322, and would end h= (RFC 6376 2.10).
    if (!/^[A-Za-z][A-Za-z0-9-]{0,75}$/.test(name) || passing.test(folded))
      throw new SealpostError('SP_DKIM_INVALID', { what: `"${visible(name, 80)}" is no header that a signature can cover` })
    if (known.has(folded)) return []
    known.add(folded)
    return [{ name, folded, guard: 'there' }]
  })
  return added.length === 0 ? usual : [...usual, ...added]
}

/** Header fields in the order in which they are hashed, and their names as h= has them. */
interface Chosen {
  readonly names: readonly string[]
  readonly fields: readonly HeaderField[]
}

/** RFC 6376 5.4.2: of several of one name the last comes first; a name more than there are fields stands for none. */
export function chooseFields(coverage: readonly Covered[], section: HeaderSection): Chosen {
  const names: string[] = []
  const fields: HeaderField[] = []
  for (const { name, folded, guard } of coverage) {
    const found = section.fields.get(folded)
    if (found) {
      for (let at = found.length - 1; at >= 0; at--) {
        names.push(name)
        fields.push(found[at] as HeaderField) // the loop keeps within the list
      }
    }
    if (found || guard === 'always') names.push(name)
  }
  return { names, fields }
}

/** RFC 5322 3.6: at most one of each. Of two, one reader shows the first and another the last (RFC 6376 8.15). */
const single = [
  'sender',
  'reply-to',
  'to',
  'cc',
  'message-id',
  'in-reply-to',
  'references',
  'subject',
  'date',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'list-unsubscribe',
  'list-unsubscribe-post',
]

/**
 * Refuses a message whose reader could be shown something else than what was meant.
 *
 * @throws SealpostError SP_MESSAGE_INVALID
 */
export function checkSingles({ fields }: HeaderSection): void {
  const senders = fields.get('from')?.length ?? 0
  // RFC 6376 5.4: From MUST be signed, so it must be there.
  if (senders !== 1) throw invalid(senders === 0 ? 'has no From' : `has ${senders} From fields`)
  for (const name of single) {
    const found = fields.get(name)
    if (found && found.length > 1) throw invalid(`has ${found.length} fields named ${name}`)
  }
}

function invalid(what: string): SealpostError {
  return new SealpostError('SP_MESSAGE_INVALID', { what: `The message ${what}, and cannot be signed` })
}
