import type { Language } from './language.ts'
import type { Token } from './token.ts'

const braced = new Set(['if', 'else', 'elseif', 'switch', 'catch', 'case', 'unless', 'match', 'when'])
const leading = new Set(['if', 'elif', 'elsif', 'else', 'except', 'rescue', 'case', 'cond', 'when', 'unless'])
const maxBranches = 30

interface Branch {
  readonly id: number
  readonly chain: readonly number[]
}

/**
 * The blocks that run under a condition, for each token: what is set in one may or may not hold. Loops and functions are
 * none.
 */
export function findBranches(
  tokens: readonly Token[],
  closes: ReadonlyMap<number, number>,
  text: string,
  language: Language,
): (at: number) => { readonly branch?: readonly number[] } {
  const chains = language.indented ? readIndented(tokens, text) : readBraced(tokens, closes, language)
  return (at) => {
    const chain = chains[at]
    return chain && chain.length > 0 ? { branch: chain } : {}
  }
}

function readBraced(
  tokens: readonly Token[],
  closes: ReadonlyMap<number, number>,
  language: Language,
): readonly (readonly number[])[] {
  const opens = new Map([...closes].map(([open, close]) => [close, open]))
  const ends: number[] = []
  const chains: (readonly number[])[] = []
  let chain: readonly number[] = []
  tokens.forEach((token, at) => {
    while (ends.length > 0 && (ends.at(-1) ?? 0) <= at) {
      ends.pop()
      chain = chain.slice(0, -1)
    }
    const alone = token.kind === 'word' && isLoneStatement(tokens, at, opens)
    chains.push(alone ? [...chain, token.start] : chain)
    if (token.kind !== 'sign' || token.text !== '{' || ends.length >= maxBranches) return
    const close = closes.get(at)
    if (close === undefined || !isConditional(tokens, at, opens, language)) return
    ends.push(close)
    chain = [...chain, token.start]
  })
  return spreadLone(tokens, chains, language)
}

/** What follows `if (…)` or `else` without braces, up to the end of its statement. */
function spreadLone(
  tokens: readonly Token[],
  chains: readonly (readonly number[])[],
  { newlineEnds }: Language,
): readonly (readonly number[])[] {
  let own: readonly number[] | undefined
  return chains.map((chain, at) => {
    const token = tokens[at]
    if (token && chain.at(-1) === token.start && token.kind === 'word') own = chain
    else if (token?.kind === 'sign' ? [';', '{', '}'].includes(token.text) : token?.kind === 'newline' && newlineEnds)
      own = undefined
    return own ?? chain
  })
}

function isLoneStatement(tokens: readonly Token[], at: number, opens: ReadonlyMap<number, number>): boolean {
  let before = at - 1
  while (tokens[before]?.kind === 'newline' && before > at - 4) before--
  const token = tokens[before]
  if (token?.kind === 'word') return token.text === 'else' && tokens[at]?.text !== 'if'
  if (token?.kind !== 'sign' || token.text !== ')') return false
  return ['if', 'elseif'].includes(tokens[(opens.get(before) ?? 0) - 1]?.text ?? '')
}

/** Whether the words from the statement's beginning to its brace say so: `if (…) {`, `} else {`, `if x := f(); x {`. */
function isConditional(
  tokens: readonly Token[],
  brace: number,
  opens: ReadonlyMap<number, number>,
  { newlineEnds }: Language,
): boolean {
  let at = brace - 1
  while (tokens[at]?.kind === 'newline') at--
  for (let steps = 0; at >= 0 && steps < 40; steps++) {
    const token = tokens[at]
    if (!token || (newlineEnds && token.kind === 'newline')) return false
    if (token.kind === 'word' && braced.has(token.text)) return true
    if (token.kind === 'sign' && ['{', '}', '('].includes(token.text)) return false
    at = (token.kind === 'sign' && token.text === ')' ? (opens.get(at) ?? at) : at) - 1
  }
  return false
}

/** Lines deeper than one that begins with `if` and its like. */
function readIndented(tokens: readonly Token[], text: string): readonly (readonly number[])[] {
  const stack: (Branch & { readonly indent: number })[] = []
  const chains: (readonly number[])[] = []
  let depth = 0
  let fresh = true
  for (const token of tokens) {
    if (token.kind === 'newline') {
      fresh = true
    } else if (fresh) {
      fresh = false
      // Inside of brackets a line has no indentation.
      if (depth === 0) {
        const indent = token.start - (text.lastIndexOf('\n', token.start - 1) + 1)
        while (stack.length > 0 && (stack.at(-1)?.indent ?? 0) >= indent) stack.pop()
        if (token.kind === 'word' && leading.has(token.text) && stack.length < maxBranches)
          stack.push({ id: token.start, indent, chain: [...(stack.at(-1)?.chain ?? []), token.start] })
      }
    }
    if (token.kind === 'sign' && '([{'.includes(token.text)) depth++
    else if (token.kind === 'sign' && ')]}'.includes(token.text)) depth = Math.max(0, depth - 1)
    chains.push(stack.at(-1)?.chain ?? [])
  }
  return chains
}
