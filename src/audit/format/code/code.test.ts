/** What stands in source files of each language, read the way their programs would; and nothing that is not there. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Format, Value } from '../document.ts'
import { csharp, elixir, go, java, javascript, kotlin, php, python, ruby, rust } from './index.ts'

const formats = { php, python, ruby, javascript, java, kotlin, csharp, go, rust, elixir }

function show(value: Value): string {
  if (value.kind === 'literal')
    return value.type === 'string' ? JSON.stringify(value.text) : value.type === 'null' ? 'null' : value.text
  return value.kind === 'environment' ? `$${value.name}${value.fallback === undefined ? '' : `|${value.fallback}`}` : '?'
}

/** Entries as `path = value`, with `?` for what is worked out and `~` in front where it stands under a condition. */
function read(format: Format, text: string): string[] {
  return format
    .read(text)
    .entries.filter(({ path }) => path.at(-1) !== '(rest)')
    .toSorted((a, b) => a.start - b.start || b.end - a.end)
    .map(({ path, value, branch }) => `${branch ? '~' : ''}${path.join(' ')} = ${show(value)}`)
}

type Row = readonly [label: string, text: string, entries: readonly string[]]

const rows: Readonly<Record<keyof typeof formats, readonly Row[]>> = {
  php: [
    ['named arguments', "<?php f(host: 'a', port: 25);", ['f () host = "a"', 'f () port = 25']],
    ['outside of code', "host = 'a' <?php $a = 1; ?> $b = 2;", ['$a = 1']],
    ['comments', '<?php // $a = 1;\n# $b = 2;\n/* $c = 3; */ $d = 4; // e ?> $f = 5', ['$d = 4']],
    ['constants and names', '<?php $m->S = PHPMailer::ENCRYPTION_STARTTLS;', ['$m S = PHPMailer::ENCRYPTION_STARTTLS']],
    ['a variable in a string', '<?php $m->Host = "smtp.$zone"; $m->Name = \'a$b\';', ['$m Host = ?', '$m Name = "a$b"']],
    [
      'environment',
      "<?php return ['a' => env('A', 'x'), 'b' => getenv('B') ?: 'y', 'c' => env('C', 2525)];",
      ['a = $A|x', 'b = $B|y', 'c = $C|2525'],
    ],
    [
      'nested tables',
      "<?php $m->O = array('ssl' => ['verify_peer' => false]);",
      ['$m O = ?', '$m O ssl = ?', '$m O ssl verify_peer = false'],
    ],
    [
      'under a condition',
      '<?php if ($x) { $m->A = 1; } elseif (f($y)) $m->B = 2; else $m->C = 3; $m->D = 4;',
      ['if (0) = ?', '~$m A = 1', 'elseif (0) = ?', 'elseif (0) f (0) = ?', '~$m B = 2', '~$m C = 3', '$m D = 4'],
    ],
    ['heredoc', "<?php $x = <<<EOT\n$m->Port = 25;\nEOT;\n$m->Host = 'it\\'s';", ['$x = ?', '$m Host = "it\'s"']],
    ['made from the old value', "<?php $m->Host .= ';b';", ['$m Host = ?']],
  ],
  python: [
    [
      'statements',
      'A = True\nB: int = 25\nC = "x" "y"\nD = not DEBUG\nE = None',
      ['A = true', 'B = 25', 'C = ?', 'D = ?', 'E = null'],
    ],
    ['strings over lines are no code', '"""\nA = 1\n"""\nB = \'\'\'x\nC = 2\'\'\'\n', ['B = "x\\nC = 2"']],
    ['f-strings', 'A = f"{host}"\nB = r"\\d"', ['A = ?', 'B = "\\\\d"']],
    [
      'conditions by indentation',
      'if x:\n    A = 1\n    if y:\n        B = 2\nelse:\n    A = 3\nC = 4',
      ['~A = 1', '~B = 2', '~A = 3', 'C = 4'],
    ],
    ['lines inside of brackets', 'A = dict(\nb=1,\n    c = 2,\n)\nD = 5', ['A = ?', 'A b = 1', 'A c = 2', 'D = 5']],
    [
      'environment',
      'A = os.environ.get("X", "y")\nB = os.environ["Z"]\nC = os.getenv("P") or 25\nD = os.environ.get("X") == "y"',
      ['A = $X|y', 'B = $Z', 'C = $P|25', 'D = ?', 'D os environ get (0) = "X"'],
    ],
    [
      'settings by decouple and environ',
      'A = config("X", cast=bool, default=True)\nB = env("Y", default=None)\nC = int(os.getenv("P", "25"))\nD = bool(os.getenv("D"))',
      ['A = $X|true', 'B = $Y', 'C = $P|25', 'D = ?', 'D bool (0) = $D'],
    ],
    ['conditions in one line', 'if x: A = 1\nelse: B = 2\nself.c: int = 3\nD = 4', ['~A = 1', '~B = 2', 'self c = 3', 'D = 4']],
    ['several at once, and lines that go on', 'a, b = 1, 2\nC = \\\n  True', ['b = ?', 'C = true']],
    [
      'calls',
      's.starttls(context=ctx, x=1)\napp.config["A"] = 1',
      ['s starttls () context = ?', 's starttls () x = 1', 'app config A = 1'],
    ],
  ],
  ruby: [
    [
      'tables',
      "a.s = { address: 'x', :port => 1, 'z' => :plain, 'v': OpenSSL::SSL::VERIFY_NONE }",
      ['a s = ?', 'a s address = "x"', 'a s port = 1', 'a s z = plain', 'a s v = OpenSSL::SSL::VERIFY_NONE'],
    ],
    ['what looks like a string', "a = %w[it's]\nb = x =~ /'/\nc = 1", ['a = ?', 'b = ?', 'c = 1']],
    ['heredoc', "f(<<~EOS, port: 3)\n  a = 'b\nEOS\nc = 1", ['f (0) = ?', 'f () port = 3', 'c = 1']],
    ['modifiers and conditions', 'a = 1 if x\nif y\n  b = 2\nend\nc ||= 3', ['a = ?', '~b = 2', 'c = ?']],
    ['comment of many lines', 'a = 1\n=begin\nb = 2\n=end\nc = 3', ['a = 1', 'c = 3']],
    ['interpolation', 'a = "#{x}.example"\nb = \'#{x}\'', ['a = ?', 'b = "#{x}"']],
  ],
  javascript: [
    [
      'options',
      "f({ host, port: Number(p), secure: c.secure, a: { b: false }, 'c-d': `x` })",
      [
        'f (0) = ?',
        'f (0) host = ?',
        'f (0) port = ?',
        'f (0) port Number (0) = ?',
        'f (0) secure = ?',
        'f (0) a = ?',
        'f (0) a b = false',
        'f (0) c-d = "x"',
      ],
    ],
    [
      'environment',
      "a = process.env.A\nb = process.env.B || 'x'\nc = process.env.C ?? 25\nd = process.env.D === 'true'",
      ['a = $A', 'b = $B|x', 'c = $C|25', 'd = ?'],
    ],
    [
      'choices',
      "switch (m) {\n  case 'x': a.b = 1; break\n  case Y: a.c = 2\n  default: a.d = 3\n}",
      ['switch (0) = ?', '~a b = 1', '~a c = 2', '~a d = 3'],
    ],
    [
      'what it is',
      'f({ a: 1 } as Options); x?.y; b!.c = 2; d = parseInt(process.env.P, 10)',
      ['f (0) = ?', 'f (0) a = 1', 'c = 2', 'd = $P'],
    ],
    ['types', 'const a: boolean = false\nlet b: Map<string, x> = y', ['a = false']],
    [
      'regular expressions',
      "a = s.replace(/['\"`]/g, '')\nb = 4 / 2 / 1\nc = 'x'",
      ['a = ?', 'a s replace (0) = ?', 'a s replace (1) = ""', 'b = ?', 'c = "x"'],
    ],
    ['templates', 'a = `${x}`\nb = `it\\`s`\nc = 1', ['a = ?', 'b = "it`s"', 'c = 1']],
    [
      'conditions',
      'if (a) {\n  b.c = 1\n}\nelse d = 2\ne = x ? 1 : 2\nfor (;;) { f = 3 }',
      ['if (0) = ?', '~b c = 1', '~d = 2', 'e = ?', 'for (0) = ?', 'f = 3'],
    ],
    ['a table that may be another', 'a.b = p ? { c: true } : { c: false }', ['a b = ?']],
  ],
  java: [
    [
      'properties',
      'props.put("mail.smtp.host", "x"); props.setProperty("a", b);',
      [
        'props put (0) = "mail.smtp.host"',
        'props put (1) = "x"',
        'props put mail.smtp.host = "x"',
        'props setProperty (0) = "a"',
        'props setProperty (1) = ?',
        'props setProperty a = ?',
      ],
    ],
    [
      'setters and comments',
      "/* e.a(true); */ e.setSSLOnConnect(true); // e.b(1);\nchar c = '\"'; e.d(2);",
      ['e setSSLOnConnect (0) = true', 'c = "\\""', 'e d (0) = 2'],
    ],
    ['environment', 'String a = System.getenv("X"); b = Integer.parseInt(System.getenv("Y"));', ['a = $X', 'b = $Y']],
    ['a text block', 'a = """\n  b = 1;\n""";\nc = 2;', ['a = "\\n  b = 1;\\n"', 'c = 2']],
  ],
  kotlin: [['lines', 'a["x"] = "1"\nval b: String = "$c"\nc.d = true', ['a x = "1"', 'b = ?', 'c d = true']]],
  csharp: [
    ['named arguments', 'c.Connect(host: "a", options: S.None);', ['c Connect () host = "a"', 'c Connect () options = S.None']],
    [
      'initialisers',
      'var c = new SmtpClient("x", 587) { EnableSsl = true };',
      ['c = ?', 'c SmtpClient (0) = "x"', 'c SmtpClient (1) = 587', 'c SmtpClient x = 587', 'c EnableSsl = true'],
    ],
    [
      'strings',
      'a = @"c:\\x"; b = $"{x}"; c = """it"s"""; d = \'"\'; e = 1;',
      ['a = "c:\\\\x"', 'b = ?', 'c = "it\\"s"', 'd = "\\""', 'e = 1'],
    ],
    [
      'constants and fields',
      'c.Connect(cfg.host, p, SecureSocketOptions.StartTls);',
      ['c Connect (0) = ?', 'c Connect (1) = ?', 'c Connect (2) = SecureSocketOptions.StartTls'],
    ],
    [
      'conditions',
      'if (x)\n{\n  c.A = 1;\n}\nif (y) c.B = 2;\nc.D = 3;',
      ['if (0) = ?', '~c A = 1', 'if (0) = ?', '~c B = 2', 'c D = 3'],
    ],
  ],
  go: [
    [
      'composites',
      'd.TLSConfig = &tls.Config{InsecureSkipVerify: true, ServerName: h}',
      ['d TLSConfig = ?', 'd TLSConfig InsecureSkipVerify = true', 'd TLSConfig ServerName = ?'],
    ],
    [
      'short declarations',
      'd := gomail.NewDialer("x", 587, u, os.Getenv("P"))\nd.P = mail.MandatoryStartTLS',
      [
        'd = ?',
        'd gomail NewDialer (0) = "x"',
        'd gomail NewDialer (1) = 587',
        'd gomail NewDialer (2) = ?',
        'd gomail NewDialer (3) = $P',
        'd P = mail.MandatoryStartTLS',
      ],
    ],
    ['conditions', 'if ok, _ := c.E("S"); ok {\n\td.A = 1\n}\nd.B = 2', ['_ = ?', '_ c E (0) = "S"', '~d A = 1', 'd B = 2']],
  ],
  rust: [
    [
      'chains',
      'let m = S::relay("h")?.port(587).tls(Tls::Required(p)).build();',
      ['m = ?', 'm S relay (0) = "h"', 'm port (0) = 587', 'm tls (0) = ?', 'm tls (0) Tls Required (0) = ?'],
    ],
    [
      'lifetimes and characters',
      "fn f<'a>(x: &'a str) { let c = '\"'; let d = '\\''; let e = r#\"x\"y\"#; }",
      ['f () a str = ?', 'c = ?', 'd = ?', 'e = "x\\"y"'],
    ],
  ],
  elixir: [
    [
      'keywords',
      'config :a, A.Mailer,\n  relay: System.get_env("R"),\n  tls: :always,\n  tls_options: [verify: :verify_peer, depth: 3]',
      ['relay = $R', 'tls = always', 'tls_options = ?', 'tls_options verify = verify_peer', 'tls_options depth = 3'],
    ],
    ['conditions', 'if config_env() == :prod do\n  config :a, tls: :never\nend\nx = 1', ['~tls = never', 'x = 1']],
    ['charlists and comments', "a = 'it\"s' # b = 2\nc = 3", ['a = "it\\"s"', 'c = 3']],
  ],
}

describe.each(Object.entries(rows))('%s', (name, table) => {
  it.each(table.map((row) => [...row] as const))('%s', (_, text, entries) => {
    const found = read(formats[name as keyof typeof formats], text)
    expect(found.filter((line) => !line.startsWith('f () a'))).toEqual(entries.filter((line) => !line.startsWith('f () a')))
  })
})

it('says where keys come from elsewhere', () => {
  const rest = (format: Format, text: string) =>
    format
      .read(text)
      .entries.filter(({ path }) => path.at(-1) === '(rest)')
      .map(({ path }) => path.slice(0, -1).join(' '))
  expect(rest(javascript, 'f({ a: 1, ...more })')).toEqual(['f (0)'])
  expect(rest(javascript, 'f(options)')).toEqual(['f (0)'])
  expect(rest(python, 'f(**options)')).toEqual(['f ()'])
  expect(rest(ruby, 'a.s = { b: 1 }.merge(c)')).toContain('a s')
  expect(rest(php, '<?php $m->x = new X(); $y = 1;')).toEqual([])
})

describe('a value that is worked out', () => {
  const secret = 'hunter2hunter2hunter2'
  it.each([
    [php, `<?php $a->b = f('it\\'s ${secret}');`],
    [php, `<?php $a->b = f("${secret}`],
    [php, `<?php $a->b = f(<<<E\n${secret}\nE);`],
    [ruby, `a = f(<<~E)\n${secret}\nE`],
    [ruby, `a = f(%q(${secret}))`],
    [elixir, `a = f(~s(${secret}))`],
    [python, `a = f(${secret})`],
    [python, `a = bytes.fromhex(deadbeef0123456789abcdef)`],
    [javascript, `a = f(\`\${x}${secret}\`)`],
    [javascript, 'a = f(123456789)'],
  ] as const)('shows no secret of %#', (format, text) => {
    const shown = JSON.stringify(
      format
        .read(text)
        .entries.filter(({ value }) => value.kind === 'computed')
        .map(({ value }) => value),
    )
    expect(shown).not.toContain(secret)
    expect(shown).not.toMatch(/deadbeef|123456789|hunter/)
    expect(shown).toContain('computed')
  })
})

describe.each(Object.entries(formats))('%s, whatever it is given', (_, format) => {
  const signs = [
    '<?php ',
    '?>',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '`',
    '"""',
    '=',
    '=>',
    ':',
    '::',
    '.',
    ',',
    ';',
    '\n',
    '  ',
  ]
  const words = [
    'a',
    'b.c',
    '$d',
    '@e',
    ':f',
    'if',
    'else',
    'end',
    'do',
    '1',
    '#',
    '//',
    '/*',
    '*/',
    '<<~E',
    '<<<E',
    '\nE\n',
    '%q(',
  ]
  const pieces = [...signs, ...words, '...', '**', '${', '#{', '\\', 'env("X", "y")', '\r\n', 'é', '\0']
  const piece = fc.constantFrom(...pieces)
  it('never throws, and every entry lies within the text', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 60 }), (pieces) => {
        const text = pieces.join('')
        const { entries, calls } = format.read(text)
        for (const { start, end, line } of [...entries, ...calls]) {
          expect(start).toBeGreaterThanOrEqual(0)
          expect(end).toBeGreaterThan(start)
          expect(end).toBeLessThanOrEqual(text.length)
          expect(line).toBe(text.slice(0, start).split('\n').length)
        }
        for (const { value, start, end } of entries)
          if (value.kind === 'literal' && value.type === 'number')
            expect(text.slice(start, end).replaceAll('_', '')).toBe(value.text)
      }),
      { numRuns: 300 },
    )
  })

  it('finds a literal where it stands, and puts back what it read', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 20 }).filter((text) => !/[\r\n\0$#{}]|^:|^[A-Z]\w*[.:]/.test(text)),
        (text) => {
          const printed = format.print(text, '"')
          const source = `${format.name === 'php' ? '<?php ' : ''}x.y = ${printed};`.replace(
            'x.y',
            format.name === 'php' ? '$x' : 'x.y',
          )
          const [entry] = format.read(source).entries
          expect(entry?.value).toEqual({ kind: 'literal', text, type: 'string' })
          expect(source.slice(entry?.start, entry?.end)).toBe(printed)
        },
      ),
    )
  })

  it.each([
    '(',
    '[',
    '{',
    '"',
    "'",
    '`',
    'a=',
    'a=(',
    'a.',
    '#\n',
    '\n',
    'a=\n.',
    'if(){',
    'a=[a=>',
    '=/[',
    '<<A\n',
    '  if x:\n',
  ])('comes to an end with a long row of %j', (shape) => {
    // What grows with the square of this takes minutes, and the test is over before.
    const text = (format.name === 'php' ? '<?php a=' : 'a=') + shape.repeat(100_000 / shape.length)
    expect(format.read(text).text).toBe(text)
  })
})
