#!/usr/bin/env node
require('../dist/loader.cjs').load('./main.cjs').main(process.argv.slice(2));
