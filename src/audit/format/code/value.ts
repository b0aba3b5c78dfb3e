import { type Value, computed } from '../document.ts'
import type { Token } from './token.ts'

const words: Readonly<Record<string, 'boolean' | 'null'>> = {
  true: 'boolean',
  false: 'boolean',
  null: 'null',
  none: 'null',
  nil: 'null',
}

/** How programs ask for an environment variable, up to the parenthesis or bracket. */
const environment =
  /^(?:env|getenv|System\.get_env|System\.fetch_env!|System\.getenv|os\.getenv|os\.environ\.get|os\.environ|ENV\.fetch|ENV|process\.env|\$_ENV|\$_SERVER|os\.Getenv|std::env::var|env::var|Environment\.GetEnvironmentVariable|config|decouple\.config|env\.str|env\.bool|env\.int|Config::get)$/

/** What an expression amounts to, as far as it stands there. */
export function readExpression(tokens: readonly Token[], text: string): Value {
  const [first] = tokens
  const last = tokens.at(-1)
  if (!first || !last) return computed('')
  if (tokens.length === 1 && first.kind === 'string')
    return first.plain ? { kind: 'literal', text: first.text, type: 'string' } : computed(text.slice(first.start, last.end))
  if (tokens.length === 1 && first.kind === 'number')
    return { kind: 'literal', text: first.text.replaceAll('_', ''), type: 'number' }
  const called = readEnvironment(tokens) ?? readConversion(tokens)
  if (called) return called
  if (tokens.length === 1 && first.kind === 'word') {
    const type = words[first.text.toLowerCase()]
    if (type) return { kind: 'literal', text: type === 'null' ? '' : first.text.toLowerCase(), type }
  }
  const name = readName(tokens)
  return name === undefined ? computed(text.slice(first.start, last.end)) : { kind: 'literal', text: name, type: 'name' }
}

/** A constant by its name: `SecureSocketOptions.StartTls`, `PHPMailer::ENCRYPTION_STARTTLS`, `:always`, `MandatoryStartTLS`. */
function readName(tokens: readonly Token[]): string | undefined {
  const [first] = tokens
  // A variable is not a constant.
  if (first?.kind !== 'word' || first.text.startsWith('$') || first.text.startsWith('@')) return undefined
  if (tokens.length === 1) return /^[a-z]/.test(first.text) ? undefined : first.text.replace(/^:/, '')
  // `config.secure` is a variable's; `mail.MandatoryStartTLS` and `ssl.CERT_NONE` are constants.
  if (!/^[A-Z]/.test(tokens.at(-1)?.text ?? '')) return undefined
  const odd = tokens.every(({ kind, text }, index) =>
    index % 2 === 0 ? kind === 'word' : kind === 'sign' && ['.', '::'].includes(text),
  )
  return odd && tokens.length % 2 === 1 ? tokens.map(({ text }) => text).join('') : undefined
}

function readEnvironment(tokens: readonly Token[]): Value | undefined {
  const open = tokens.findIndex(({ kind, text }) => kind === 'sign' && (text === '(' || text === '['))
  const head = tokens.slice(0, open === -1 ? tokens.length : open).map(({ text }) => text)
  const joined = head.join('')
  // process.env.NAME, with or without `|| 'fallback'` or `?? 'fallback'`.
  const direct = /^process\.env\.(\w+)$/.exec(
    tokens
      .slice(0, 5)
      .map(({ text }) => text)
      .join(''),
  )
  if (direct?.[1] !== undefined && (tokens.length === 5 || ['||', '??'].includes(tokens[5]?.text ?? ''))) {
    if (tokens.length === 5) return { kind: 'environment', name: direct[1], fallback: undefined }
    return fallbackOf(direct[1], tokens.slice(6))
  }
  if (open === -1 || !environment.test(joined)) return undefined
  const close = findClose(tokens, open)
  const name = tokens[open + 1]
  if (close === undefined || name?.kind !== 'string' || !name.plain) return undefined
  const given = findDefault(tokens, open + 2, close)
  const behind = tokens.slice(close + 1)
  if (behind.length === 0)
    return given.length === 0 ? { kind: 'environment', name: name.text, fallback: undefined } : fallbackOf(name.text, given)
  return ['||', '??', '?:', 'or'].includes(behind[0]?.text ?? '') ? fallbackOf(name.text, behind.slice(1)) : undefined
}

/** The second argument, or the one named default: `config('X', cast=bool, default=True)`. */
function findDefault(tokens: readonly Token[], from: number, close: number): readonly Token[] {
  const parts: Token[][] = []
  for (let at = from; at < close; at++) {
    const token = tokens[at]
    if (!token) break
    if (token.kind === 'sign' && token.text === ',') parts.push([])
    else parts.at(-1)?.push(token)
    const end = token.kind === 'sign' && token.text in pairs ? findClose(tokens, at) : undefined
    if (end === undefined) continue
    parts.at(-1)?.push(...tokens.slice(at + 1, end + 1))
    at = end
  }
  const named = parts.find(([first, second]) => first?.text === 'default' && ['=', ':'].includes(second?.text ?? ''))
  return named?.slice(2) ?? parts.find(([, second]) => second?.text !== '=' && second?.text !== ':') ?? []
}

const conversions = /^(?:int|str|Number|String|parseInt|Integer|Integer\.parseInt|Boolean\.parseBoolean|int\.Parse|bool\.Parse)$/

/** `int(os.getenv("PORT", "587"))`: the same value in another type. Python's bool() is none of these: it is true for every text. */
function readConversion(tokens: readonly Token[]): Value | undefined {
  const open = tokens.findIndex(({ kind, text: sign }) => kind === 'sign' && sign === '(')
  const name = tokens
    .slice(0, Math.max(0, open))
    .map(({ text: part }) => part)
    .join('')
  if (open < 1 || !conversions.test(name) || findClose(tokens, open) !== tokens.length - 1) return undefined
  const inner = tokens.slice(open + 1, -1)
  const radix = name === 'parseInt' && inner.at(-2)?.text === ',' ? inner.slice(0, -2) : inner
  return readEnvironment(radix)
}

function fallbackOf(name: string, tokens: readonly Token[]): Value | undefined {
  const [only] = tokens
  if (tokens.length !== 1 || !only) return undefined
  if (only.kind === 'string' ? !only.plain : only.kind === 'sign') return undefined
  const empty = only.kind === 'word' && words[only.text.toLowerCase()] === 'null'
  return { kind: 'environment', name, fallback: empty ? undefined : only.kind === 'word' ? only.text.toLowerCase() : only.text }
}

const pairs: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

/** The bracket that closes the one at `open`. */
function findClose(tokens: readonly Token[], open: number): number | undefined {
  const stack: string[] = []
  for (let at = open; at < tokens.length; at++) {
    const token = tokens[at]
    if (token?.kind !== 'sign') continue
    const closing = pairs[token.text]
    if (closing !== undefined) stack.push(closing)
    else if (token.text === stack.at(-1)) {
      stack.pop()
      if (stack.length === 0) return at
    }
  }
  return undefined
}
