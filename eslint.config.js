// @ts-check
'use strict'
const { defineConfig, globalIgnores } = require('eslint/config')
const tseslint = require('typescript-eslint')
const { default: rxjs } = require('eslint-plugin-rxjs-x')
const disableWithReason = require('./scripts/lint/disable-with-reason')

const clock = 'Time comes from an injected Clock (src/kernel/clock.ts), so that a test can move it.'
const random = 'Chance comes from an injected Random (src/kernel/random.ts), so that a test can replay it.'
const dial = 'Sockets are opened in src/network only, through an injected Dial.'

/** The rxjs functions that read the clock of the process behind the caller's back. */
const timedOperators = [
  ...['asapScheduler', 'asyncScheduler', 'auditTime', 'bufferTime', 'debounceTime', 'delay', 'interval'],
  ...[
    'sampleTime',
    'throttleTime',
    'timeInterval',
    'timeout',
    'timeoutWith',
    'timer',
    'timestamp',
    'windowTime',
  ],
]
const scheduling = ['setTimeout', 'setInterval', 'setImmediate']
const clockProperties = [
  { object: 'Date', property: 'now', message: clock },
  { object: 'performance', property: 'now', message: clock },
  { object: 'process', property: 'hrtime', message: clock },
  ...scheduling.map(property => ({ object: 'globalThis', property, message: clock })),
]
const randomProperties = [{ object: 'Math', property: 'random', message: random }]
const enums = {
  selector: 'TSEnumDeclaration',
  message: 'Use a union of literals or a const table: enums are not erasable.',
}

/** @param {string[]} names each is banned with and without its `node:` prefix */
const modules = (names, /** @type {string} */ message) =>
  names.flatMap(name => [name, `node:${name}`].map(full => ({ name: full, message })))
const timeModules = [
  ...modules(['timers', 'timers/promises', 'perf_hooks'], clock),
  { name: 'rxjs', importNames: timedOperators, message: clock },
]
const socketModules = modules(['net', 'tls', 'dns', 'dns/promises'], dial)

const typed = {
  files: ['**/*.ts'],
  extends: [tseslint.configs.strictTypeChecked, rxjs.configs.strict],
  languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: __dirname } },
  plugins: { house: { rules: { 'disable-with-reason': disableWithReason } } },
  linterOptions: { reportUnusedDisableDirectives: /** @type {const} */ ('error') },
  rules: {
    'house/disable-with-reason': 'error',
    eqeqeq: 'error',
    'no-restricted-syntax': ['error', enums],
    // With noUncheckedIndexedAccess, a byte loop says `bytes[i]!` where a check would cost what the loop saves.
    '@typescript-eslint/no-non-null-assertion': 'off',
    '@typescript-eslint/consistent-type-imports': 'error',
    '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
    '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    // What users pass is checked even where its type forbids it: JavaScript has no types to stop them.
    '@typescript-eslint/no-unnecessary-condition': 'off',
    // `_name` says: the signature asks for it, this body does not.
    '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    // Deferred and Delivery are Observables that are also promises; see docs/architecture.md.
    'rxjs-x/no-subclass': 'off',
  },
}

const sources = {
  files: ['src/**/*.ts'],
  rules: {
    'max-lines': ['error', { max: 400 }],
    'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
    'no-restricted-globals': ['error', ...scheduling.map(name => ({ name, message: clock }))],
    'no-restricted-properties': ['error', ...clockProperties, ...randomProperties],
    'no-restricted-imports': ['error', { paths: [...timeModules, ...socketModules] }],
    'no-restricted-syntax': [
      'error',
      enums,
      { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: clock },
      { selector: 'CallExpression[callee.name="Date"]', message: clock },
    ],
  },
}

/** The one place of each dangerous thing. */
const exceptions = [
  {
    files: ['src/kernel/clock.ts'],
    rules: { 'no-restricted-globals': 'off', 'no-restricted-properties': ['error', ...randomProperties] },
  },
  { files: ['src/kernel/random.ts'], rules: { 'no-restricted-properties': ['error', ...clockProperties] } },
  { files: ['src/network/**'], rules: { 'no-restricted-imports': ['error', { paths: timeModules }] } },
  {
    // `interface ProduceRequest extends RequestOf<...> {}` gives errors and hovers a name where an alias prints a tree.
    files: ['src/protocol/apis/**', 'src/protocol/group-protocol.ts'],
    rules: {
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
    },
  },
]

/** Tests, examples and benchmarks: the same types, without the rules that are about shipped code. */
const around = {
  files: ['test/**/*.ts', 'examples/**/*.ts', 'bench/**/*.ts'],
  rules: {
    '@typescript-eslint/no-empty-function': 'off',
    '@typescript-eslint/require-await': 'off',
    '@typescript-eslint/no-confusing-void-expression': 'off',
    '@typescript-eslint/unbound-method': 'off',
    'rxjs-x/no-ignored-error': 'off',
    'rxjs-x/no-floating-observables': 'off',
    'rxjs-x/no-exposed-subjects': 'off',
    'rxjs-x/no-nested-subscribe': 'off',
    'no-restricted-properties': ['error', ...randomProperties],
  },
}

const scripts = {
  files: ['**/*.js', '**/*.cjs'],
  extends: [tseslint.configs.strict],
  rules: { '@typescript-eslint/no-require-imports': 'off', '@typescript-eslint/no-invalid-void-type': 'off' },
}

module.exports = defineConfig(
  globalIgnores(['dist/', 'coverage/', 'node_modules/']),
  typed,
  sources,
  ...exceptions,
  around,
  scripts,
)
