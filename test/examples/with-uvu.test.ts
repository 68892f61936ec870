import { testSample } from '../support/test-sample'

testSample({ file: 'with-uvu.test.js', report: /\(6 \/ 6\)/ })
