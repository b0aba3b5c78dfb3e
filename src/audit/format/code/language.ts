/** What a reader of settings needs to know of a programming language. */
export interface Language {
  readonly name: string
  readonly lineComments: readonly string[]
  readonly blockComments: readonly (readonly [string, string])[]
  /** Openings of strings, longest first. */
  readonly strings: readonly StringForm[]
  /** The end of a line ends a statement. */
  readonly newlineEnds: boolean
  /** `key: value` stands outside of brackets too; elsewhere a colon there begins a block. */
  readonly looseColon?: boolean
  readonly yes: string
  readonly no: string
  /** How a pair is written in a table of keys: `'key' => value`. */
  readonly pair: (key: string, value: string) => string
  /** Blocks are told by their indentation, and a condition by its first word; elsewhere by braces. */
  readonly indented?: boolean
  /** Literals of other forms, each matched where it begins: regular expressions, characters. */
  readonly literals?: readonly LiteralForm[]
  /** The mark of a text that begins in the next line and ends at its label, the second group. */
  readonly heredoc?: RegExp
  /** Code stands between these alone. */
  readonly island?: readonly [string, string]
}

export interface StringForm {
  readonly open: string
  readonly close: string
  readonly escapes: boolean
  /** What makes it more than a literal. */
  readonly interpolation?: RegExp
  readonly lines: boolean
}

/** Where a literal ends that begins here. @param behind the text of the token before it, `\n` at a line's beginning */
type LiteralForm = (text: string, at: number, behind: string) => number | undefined

const plain = (quote: string, interpolation?: RegExp, lines = false): StringForm => ({
  open: quote,
  close: quote,
  escapes: true,
  ...(interpolation ? { interpolation } : {}),
  lines,
})
const raw = (open: string, close: string, interpolation?: RegExp): StringForm => ({
  open,
  close,
  escapes: false,
  ...(interpolation ? { interpolation } : {}),
  lines: true,
})
const slashes = { lineComments: ['//'], blockComments: [['/*', '*/']] } as const
const always = /[\s\S]/

/** A slash after a sign begins a regular expression, after a name or a bracket it divides. */
const regex: LiteralForm = (text, at, behind) => {
  if (text[at] !== '/' || !(behind === 'return' || /^[([{,;=:!&|?+\n]/.test(behind))) return undefined
  return endOf(/\/(?![/*])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.){0,200}\]){1,400}\/[a-z]*/y, text, at)
}

/** `%w[a b]`, `%q(it's)`. */
const percent: LiteralForm = (text, at) => {
  const open = /^%[qQwWiIr]([([{<|!])/.exec(text.slice(at, at + 3))?.[1]
  if (open === undefined) return undefined
  const end = text.indexOf({ '(': ')', '[': ']', '{': '}', '<': '>' }[open] ?? open, at + 3)
  return end === -1 ? text.length : end + 1
}

/** A character, which a lifetime (`'a`) is not. */
const character: LiteralForm = (text, at) => (text[at] === "'" ? endOf(/'(?:\\.[^'\n]{0,8}|[^'\\\n])'/y, text, at) : undefined)

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : undefined
}

const php: Language = {
  name: 'php',
  lineComments: ['//', '#'],
  blockComments: [['/*', '*/']],
  strings: [plain("'", undefined, true), plain('"', /\$[\w{]|\{\$/, true)],
  newlineEnds: false,
  yes: 'true',
  no: 'false',
  pair: (key, value) => `'${key}' => ${value}`,
  heredoc: /<<<[ \t]*(["']?)([A-Za-z_]\w*)\1/y,
  island: ['<?php', '?>'],
}

const python: Language = {
  name: 'python',
  lineComments: ['#'],
  blockComments: [],
  strings: ['"""', "'''", '"', "'"].flatMap((quote): StringForm[] => [
    { open: `f${quote}`, close: quote, escapes: true, interpolation: /\{/, lines: quote.length > 1 },
    { open: `r${quote}`, close: quote, escapes: false, lines: quote.length > 1 },
    { open: `b${quote}`, close: quote, escapes: true, lines: quote.length > 1 },
    { open: `u${quote}`, close: quote, escapes: true, lines: quote.length > 1 },
    plain(quote, undefined, quote.length > 1),
  ]),
  newlineEnds: true,
  indented: true,
  yes: 'True',
  no: 'False',
  pair: (key, value) => `'${key}': ${value}`,
}

const ruby: Language = {
  name: 'ruby',
  looseColon: true,
  lineComments: ['#'],
  blockComments: [['\n=begin', '\n=end']],
  strings: [plain("'", undefined, true), plain('"', /#\{/, true)],
  heredoc: /<<[~-]?(["'`]?)([A-Z][A-Z\d_]*)\1/y,
  literals: [percent, regex],
  indented: true,
  newlineEnds: true,
  yes: 'true',
  no: 'false',
  pair: (key, value) => `${key}: ${value}`,
}

const javascript: Language = {
  name: 'javascript',
  ...slashes,
  strings: [plain("'"), plain('"'), plain('`', /\$\{/, true)],
  literals: [regex],
  newlineEnds: true,
  yes: 'true',
  no: 'false',
  pair: (key, value) => `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)}: ${value}`,
}

const java: Language = {
  ...javascript,
  name: 'java',
  strings: [raw('"""', '"""'), plain('"'), plain("'")],
  literals: [],
  newlineEnds: false,
}

/** And what else is written for the same machine with the ends of lines as the ends of statements: Groovy, Scala. */
const kotlin: Language = {
  ...java,
  name: 'kotlin',
  strings: [raw('"""', '"""', /\$[\w{]/), plain('"', /\$[\w{]/), plain("'", undefined)],
  newlineEnds: true,
}

const csharp: Language = {
  ...java,
  name: 'csharp',
  strings: [
    raw('$"""', '"""', always),
    raw('"""', '"""'),
    raw('@$"', '"', always),
    raw('$@"', '"', always),
    raw('@"', '"'),
    { open: '$"', close: '"', escapes: true, interpolation: /\{/, lines: false },
    plain('"'),
    plain("'"),
  ],
  pair: (key, value) => `${key} = ${value}`,
}

const go: Language = {
  ...javascript,
  name: 'go',
  strings: [raw('`', '`'), plain('"'), plain("'")],
  literals: [],
  pair: (key, value) => `${key}: ${value}`,
}

const rust: Language = {
  ...java,
  name: 'rust',
  strings: [raw('r#"', '"#'), raw('r"', '"'), plain('"', undefined, true)],
  literals: [character],
}

const { heredoc: _, ...likeRuby } = ruby

const elixir: Language = {
  ...likeRuby,
  name: 'elixir',
  blockComments: [],
  strings: [raw('"""', '"""', /#\{/), plain('"', /#\{/, true), plain("'", /#\{/, true)],
  literals: [],
}

const lua: Language = {
  name: 'lua',
  lineComments: ['--'],
  blockComments: [['--[[', ']]']],
  strings: [raw('[[', ']]'), plain('"'), plain("'")],
  newlineEnds: true,
  yes: 'true',
  no: 'false',
  pair: (key, value) => `${key} = ${value}`,
}

export const languages = { php, python, ruby, javascript, java, kotlin, csharp, go, rust, elixir, lua } as const
