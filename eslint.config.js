// @ts-check
'use strict'
const { defineConfig, globalIgnores } = require('eslint/config')
const tseslint = require('typescript-eslint')
const { default: rxjs } = require('eslint-plugin-rxjs-x')
const disableWithReason = require('./scripts/lint/disable-with-reason')

/** @typedef {Exclude<Parameters<typeof defineConfig>[number], readonly unknown[]>} Extended */

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

/** All that is TypeScript. */
/** @type {Extended} */
const typed = {
  files: ['**/*.{ts,mts}'],
  extends: [tseslint.configs.recommendedTypeChecked],
  languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: __dirname } },
  plugins: { house: { rules: { 'disable-with-reason': disableWithReason } } },
  linterOptions: { reportUnusedDisableDirectives: /** @type {const} */ ('error') },
  rules: {
    'house/disable-with-reason': 'error',
    eqeqeq: 'error',
    // `let wire` before a callback that uses it and the call that makes it.
    'prefer-const': ['error', { ignoreReadBeforeAssign: true }],
    'no-restricted-syntax': ['error', enums],
    'no-restricted-properties': ['error', ...randomProperties],
    '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
    '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    // `_name` says: the signature asks for it, this body does not.
    '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    // A method is async to keep its interface's promise, and so that a throw becomes a rejection.
    '@typescript-eslint/require-await': 'off',
  },
}

/** What is shipped. */
/** @type {Extended} */
const sources = {
  files: ['src/**/*.ts'],
  extends: [tseslint.configs.strictTypeCheckedOnly, tseslint.configs.strict, rxjs.configs.strict],
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
    '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
    '@typescript-eslint/require-await': 'off',
    // With noUncheckedIndexedAccess, a byte loop says `bytes[i]!` where a check would cost what the loop saves.
    '@typescript-eslint/no-non-null-assertion': 'off',
    // What users pass is checked even where its type forbids it: JavaScript has no types to stop them.
    '@typescript-eslint/no-unnecessary-condition': 'off',
    // `return this.#fail(error)` ends a function in one line.
    '@typescript-eslint/no-confusing-void-expression': 'off',
    // A handler of the user's may return nothing or something to wait for: `void | Promise<void>`.
    '@typescript-eslint/no-invalid-void-type': 'off',
    // What a user's function threw is thrown on as it is.
    'rxjs-x/throw-error': ['error', { allowThrowingAny: false, allowThrowingUnknown: true }],
    // Deferred and Delivery are Observables that are also promises.
    'rxjs-x/no-subclass': 'off',
  },
}

/**
 * The one place of each dangerous thing.
 * @type {Extended[]}
 */
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

/** Its `test` is awaited by the runner. */
const nodeTest = { from: /** @type {const} */ ('package'), package: 'node:test', name: ['test', 'after'] }

/** Tests, examples and benchmarks: what is awkward on purpose is not a fault. */
/** @type {Extended} */
const around = {
  files: ['test/**/*.ts', 'examples/**/*.{ts,mts}', 'bench/**/*.ts'],
  rules: {
    '@typescript-eslint/await-thenable': 'off',
    '@typescript-eslint/no-empty-object-type': 'off',
    '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: [nodeTest] }],
    '@typescript-eslint/no-require-imports': 'off',
    '@typescript-eslint/only-throw-error': 'off',
    '@typescript-eslint/prefer-promise-reject-errors': 'off',
    '@typescript-eslint/restrict-template-expressions': 'off',
    '@typescript-eslint/unbound-method': 'off',
  },
}

/** @type {Extended} */
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
