import type { CheckResult, Grade } from '../../check/index.ts'

/** A verdict for people who send campaigns. */
interface VerdictWords {
  readonly label: string
  /** What it means for a campaign; `policy/decideDelivery` is what makes it so. */
  readonly meaning: string
}

const verdictWords: Readonly<Record<CheckResult['verdict'], VerdictWords>> = {
  authenticated: {
    label: 'encrypted, to the right server',
    meaning: 'Mail travels encrypted to a server that proved who it is. Every campaign may be sent.',
  },
  valid: {
    label: 'encrypted, certificate right',
    meaning:
      'Mail travels encrypted. Nothing yet vouches for the name of the server itself, so a campaign of level authenticated is held.',
  },
  unauthenticated: {
    label: 'encrypted, server not proven',
    meaning:
      'Mail travels encrypted, but somebody on the way could pose as the server. Level encrypted sends, levels valid and authenticated hold.',
  },
  plaintext: {
    label: 'not encrypted',
    meaning: 'Mail would travel readable by anybody on the way. Unless its level is opportunistic, a campaign is held.',
  },
  broken: {
    label: 'encryption is broken',
    meaning: 'No mail can be handed over safely. A campaign is held, whatever its level.',
  },
  temporary: {
    label: 'put off for now',
    meaning: 'Nothing is known of its encryption yet. Mail waits and is tried again.',
  },
  refused: {
    label: 'refuses us',
    meaning: 'The server did not let us look, so nothing is known of its encryption. Mail waits and is tried again.',
  },
  unreachable: {
    label: 'cannot be reached',
    meaning: 'Nothing is known of its encryption. Mail waits and is tried again.',
  },
  'no-mail': {
    label: 'takes no mail',
    meaning: 'No message can be delivered there. Take these recipients off the list.',
  },
  'not-tested': {
    label: 'not tested',
    meaning: 'Nothing is known of its encryption: it is neither safe nor unsafe. Mail waits and is tried.',
  },
}

interface Judged {
  readonly verdict: CheckResult['verdict']
  readonly cause?: string
  readonly grade: Grade
  /** Servers, where it is a domain that is judged. */
  readonly hosts?: readonly Held[]
  readonly demand?: Held['demand']
}

interface Held {
  readonly demand?: { readonly kind: 'use' | 'pass-over'; readonly met?: boolean | undefined } | undefined
}

/** What the domain's own word makes of it. */
const causeWords: Readonly<Record<string, VerdictWords>> = {
  'dane-mismatch': {
    label: 'encrypted, to a server that is not the right one',
    meaning:
      'The certificate is not the one that signed DNS promises (DANE), as if somebody posed as the server. A campaign is held, whatever its level.',
  },
  'dane-failed': {
    label: 'put off for now: DANE cannot be looked up',
    meaning:
      'What DNS promises of the server cannot be learnt, so nobody can tell whether it is the right one. Mail waits and is tried again.',
  },
  'mx-not-listed': {
    label: 'not a server of the domain, by its own policy',
    meaning:
      "The domain's MTA-STS policy does not name the server, so no mail may go to it. Where it names none that can be reached, a campaign is held, whatever its level.",
  },
}

function wordsOf({ verdict, cause = '' }: Judged): VerdictWords {
  return (Object.hasOwn(causeWords, cause) ? causeWords[cause] : undefined) ?? verdictWords[verdict]
}

/** The domain asks for more than a server gives, which no campaign's level makes up for. */
function isHeld({ hosts = [], demand }: Judged): boolean {
  return [{ demand }, ...hosts].some((one) => one.demand?.kind === 'use' && one.demand.met === false)
}

/** The verdict says it all; where DANE or MTA-STS made it, more is to be said, and has been. */
function isPlain(judged: Judged): boolean {
  return wordsOf(judged) === verdictWords[judged.verdict]
}

/** In a word. A verdict says whether encryption comes about; the grade D that it is worth little. */
export function labelOf(judged: Judged): string {
  return `${wordsOf(judged).label}${isPlain(judged) && judged.grade === 'D' ? ', with a serious weakness' : ''}`
}

/** What it means for a campaign. */
export function meaningOf(judged: Judged): string {
  const { meaning } = wordsOf(judged)
  if (!isPlain(judged)) return meaning
  const held =
    judged.verdict !== 'broken' && isHeld(judged)
      ? ' But DANE or MTA-STS of the domain demand more than one of its servers gives: mail to that one is held, whatever its level.'
      : ''
  return `${meaning}${held}${judged.grade === 'D' ? ' A serious weakness makes that worth less: see below.' : ''}`
}

/** What grades have in common: a tone of the style sheet, and words for many targets together. */
export const tones = {
  good: 'encrypted',
  held: 'encrypted, with weaknesses',
  bad: 'not safely encrypted',
  wait: 'not known',
} as const

export function toneOf(grade: Grade): keyof typeof tones {
  switch (grade) {
    case 'A':
    case 'B':
      return 'good'
    case 'C':
    case 'D':
      return 'held'
    case 'F':
      return 'bad'
    case '–':
      return 'wait'
  }
}
