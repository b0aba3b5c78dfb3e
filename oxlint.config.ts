import { defineConfig } from 'oxlint'

/**
 * The rooms of `src/` and the rooms each may import (docs/architecture.md, "Rooms").
 * The files that lie directly in `src/` (errors, clock, escape) may be imported by all and import nothing.
 */
const rooms: Record<string, readonly string[]> = {
  // protocol: one standard a folder, no state, no product words
  dns: [],
  smtp: [],
  tls: [],
  dane: ['dns', 'tls'],
  mime: [],
  dsn: ['mime'],
  arf: ['mime'],
  mailbox: [],
  starttls: ['smtp', 'tls'],
  smtpclient: ['smtp', 'starttls', 'tls'],
  mtasts: ['dns', 'tls'],
  tlsrpt: ['dns'],
  dkim: ['dns', 'smtp'],
  spf: ['dns'],
  dmarc: ['dns'],
  tlog: [],
  // product: meaning and state
  provider: [],
  policy: ['dane', 'smtp', 'starttls', 'tls'],
  ground: ['dane', 'dns', 'mtasts', 'policy'],
  settings: ['policy', 'provider'],
  list: ['smtp'],
  campaign: ['dkim', 'dmarc', 'evidence', 'list', 'mime', 'policy', 'provider', 'settings', 'smtp'],
  check: ['dane', 'dns', 'ground', 'mtasts', 'policy', 'provider', 'smtp', 'starttls', 'tls', 'tlsrpt'],
  audit: ['check'],
  sweep: ['check', 'dns', 'policy', 'provider', 'starttls'],
  esp: ['check', 'dns', 'policy', 'provider', 'smtp', 'tls'],
  compliance: ['dkim', 'dmarc', 'dns', 'list', 'mime', 'policy', 'provider', 'spf'],
  evidence: ['tlog'],
  anchor: ['dns', 'evidence', 'tls', 'tlog'],
  unsubscribe: ['queue'],
  tracking: [],
  queue: ['dns', 'evidence', 'ground', 'policy', 'smtp', 'smtpclient', 'starttls', 'tls'],
  bounce: ['arf', 'dsn', 'list', 'mailbox', 'mime', 'queue', 'smtp', 'unsubscribe'],
  report: ['audit', 'check', 'compliance', 'esp', 'policy', 'provider', 'sweep'],
  claim: ['bounce', 'list', 'smtp'],
  store: ['anchor', 'bounce', 'campaign', 'claim', 'evidence', 'list', 'mtasts', 'policy', 'queue', 'report', 'tracking'],
  world: [],
  // surfaces: wiring only
  serve: ['anchor', 'claim', 'queue', 'settings', 'tlog', 'tracking', 'unsubscribe'],
  cli: [
    'anchor',
    'audit',
    'bounce',
    'campaign',
    'check',
    'claim',
    'compliance',
    'dkim',
    'dmarc',
    'dns',
    'esp',
    'evidence',
    'ground',
    'list',
    'mailbox',
    'mime',
    'mtasts',
    'policy',
    'provider',
    'queue',
    'report',
    'serve',
    'settings',
    'smtp',
    'smtpclient',
    'starttls',
    'store',
    'sweep',
    'tlog',
    'tls',
    'tracking',
    'unsubscribe',
    'world',
  ],
}

const entered = {
  group: [
    '../*/**',
    '../../*/**',
    '!../../*.ts',
    '!../*/index.ts',
    '!../../*/index.ts',
    '!../evidence/verify/index.ts',
    '!../evidence/receipt/index.ts',
    '!../mime/read/index.ts',
    '!../../mime/read/index.ts',
    '!../esp/policy/index.ts',
    '!../queue/limit/index.ts',
    // Commands that read a list of any size in little memory load no more of a room than they need.
    '!../report/table.ts',
    '!../store/list/index.ts',
    '!../store/suppression/index.ts',
  ],
  message: 'a folder is entered through its index file only',
}

const arrows = Object.entries(rooms).map(([room, allowed]) => {
  const barred = Object.keys(rooms).filter((name) => name !== room && !allowed.includes(name))
  return {
    files: [`src/${room}/**/*.ts`],
    excludeFiles: ['**/*.test.ts'],
    rules: restrict([
      {
        regex: `^(?:\\.\\./)+(?:${barred.join('|')})/`,
        message: `src/${room} may import ${allowed.join(', ') || 'no other room'} (docs/architecture.md, Rooms)`,
      },
      entered,
    ]),
  }
})

function restrict(patterns: { regex?: string; group?: string[]; message: string }[]) {
  return { 'no-restricted-imports': ['error' as const, { patterns }] as ['error', { patterns: typeof patterns }] }
}

export default defineConfig({
  plugins: ['typescript', 'import', 'unicorn', 'oxc', 'promise', 'node'],
  categories: { correctness: 'error', suspicious: 'error' },
  options: { typeAware: true },
  ignorePatterns: ['dist/**', 'node_modules/**', 'coverage/**'],
  rules: {
    'import/no-cycle': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/no-unsafe-type-assertion': 'off', // rows of a database have no other type; each cast says why it holds
    'typescript/consistent-type-imports': 'error',
    eqeqeq: 'error',
    'no-control-regex': 'off', // peers send control characters and we name them
    'no-await-in-loop': 'off', // a dialogue is a sequence
    'no-underscore-dangle': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'unicorn/no-array-sort': 'off',
    'unicorn/no-thenable': 'off', // held: { until, then } is a text of the settings, which nothing mistakes for a promise
    'import/no-named-as-default-member': 'off', // fast-check is written fc.string()
    'typescript/require-array-sort-compare': ['error', { ignoreStringArrays: true }],
    'no-shadow': 'off',
    'import/no-unassigned-import': 'off',
    'typescript/consistent-return': 'off', // tsc proves that a switch is exhaustive, this rule does not see it
    'promise/always-return': 'off',
  },
  overrides: [
    ...arrows,
    {
      // An auditor reads this folder alone, and browsers run it (docs/verifier.html).
      files: ['src/evidence/verify/*.ts'],
      excludeFiles: ['**/*.test.ts'],
      rules: restrict([
        {
          group: ['*', '!./*.ts', '!../../errors.ts', '!node:crypto'],
          message: 'evidence/verify imports nothing but errors and node:crypto',
        },
      ]),
    },
  ],
})
