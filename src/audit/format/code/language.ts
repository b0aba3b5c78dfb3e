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

const php: Language = {
  name: 'php',
  lineComments: ['//', '#'],
  blockComments: [['/*', '*/']],
  strings: [plain("'", undefined, true), plain('"', /\$[\w{]|\{\$/, true)],
  newlineEnds: false,
  yes: 'true',
  no: 'false',
  pair: (key, value) => `'${key}' => ${value}`,
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
  newlineEnds: true,
  yes: 'true',
  no: 'false',
  pair: (key, value) => `${key}: ${value}`,
}

const javascript: Language = {
  name: 'javascript',
  ...slashes,
  strings: [plain("'"), plain('"'), raw('`', '`', /\$\{/)],
  newlineEnds: true,
  yes: 'true',
  no: 'false',
  pair: (key, value) => `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)}: ${value}`,
}

const java: Language = { ...javascript, name: 'java', strings: [raw('"""', '"""'), plain('"'), plain("'")], newlineEnds: false }

const csharp: Language = {
  ...java,
  name: 'csharp',
  strings: [
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
  pair: (key, value) => `${key}: ${value}`,
}

const rust: Language = { ...java, name: 'rust', strings: [raw('r#"', '"#'), raw('r"', '"'), plain('"', undefined, true)] }

const elixir: Language = {
  ...ruby,
  name: 'elixir',
  blockComments: [],
  strings: [raw('"""', '"""', /#\{/), plain('"', /#\{/, true)],
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

export const languages = { php, python, ruby, javascript, java, csharp, go, rust, elixir, lua } as const
