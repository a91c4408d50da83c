import { readFileSync, writeFileSync } from 'node:fs';
import { commandLinePage } from './command-line-page.ts';

/** `npm run docs`: writes what the documentation has from the program itself. */
const path = 'docs/command-line.md';
writeFileSync(path, commandLinePage(readFileSync(path, 'utf8')));
