import { testSample } from '../support/test-sample'

testSample({
  file: 'with-node-test.test.mjs',
  flags: ['--test', '--test-reporter=tap'],
  report: /# pass 2\n# fail 0/,
})
