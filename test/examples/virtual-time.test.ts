import { testSample } from '../support/test-sample'

testSample({ file: 'virtual-time.test.js', report: /\(12 \/ 12\)/ })
