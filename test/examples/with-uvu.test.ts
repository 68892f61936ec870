import { testSample } from '../support/test-sample'

testSample({ file: 'with-uvu.test.js', report: /\(5 \/ 5\)/ })
