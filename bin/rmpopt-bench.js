#!/usr/bin/env node
// Not in Node 20: keeps compiled code on disk.
require('node:module').enableCompileCache?.();
const { main } = require('../dist/main.cjs');
// V8 optimizes a function once it has run for some time. In Node 20 that is too early for a program that mostly ends within 100 ms:
// optimizing code it had hardly seen, and again when that proved wrong, took `full` a quarter of its time. Later versions have
// another compiler in between and do not know this flag. Set after loading, since Node.js keeps its own modules compiled for the flags
// it was started with, and would compile them anew.
if (process.version.startsWith('v20.')) require('node:v8').setFlagsFromString('--interrupt-budget=400000');
main(process.argv.slice(2));
