// Where the threads of a grid begin.
require('../dist/loader.cjs').load('./cell-worker.cjs');
