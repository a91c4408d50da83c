import { basename } from 'node:path';
import { compiled } from './ava.compiled.js';
import { reported } from './ava.reported.js';
import { integration, promising } from './ava.timed.config.js';

/** Those that take longest come first: none of them is alone at the end. */
const longest = ['pages', 'data', 'chaos', 'mesh', 'images', 'rebuild', 'wrong-clocks', 'domains', 'builds'];
const rankOf = (file) => [...longest, nameOf(file)].indexOf(nameOf(file));
const nameOf = (file) => basename(file).split('.')[0];

export default reported(
  compiled({
    ...integration,
    files: ['test/integration/**/*.test.ts', ...promising.map((file) => `!${file}`)],
    sortTestFiles: (a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1),
    // Each file may have a lab of its own, and waits for most of its time: for deadlines, leases, and programs that start.
    concurrency: 4,
  }),
);
