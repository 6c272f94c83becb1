// Where the threads of a pool begin.
require('../dist/worker.cjs');
