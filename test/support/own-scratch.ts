import { renewScratch } from './cli.js';

// Files of tests in one process share its modules, and so would their folder be shared.
renewScratch();
