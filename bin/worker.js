// Where the threads of a pool begin.
require('../dist/loader.cjs').load('./worker.cjs');
