import { readFileSync, writeFileSync } from 'node:fs';
import { answerSchemasModule } from './answer-schemas.ts';
import { clientRoutesModule } from './client-routes.ts';
import { commandLinePage } from './command-line-page.ts';

/** `npm run docs`: writes what the documentation, the document of the API and its client have from the program itself. */
const path = 'docs/command-line.md';
writeFileSync(path, commandLinePage(readFileSync(path, 'utf8')));
writeFileSync('src/http/openapi/answer-schemas.ts', answerSchemasModule());
const ends: (() => unknown)[] = [];
writeFileSync('src/api/routes.ts', await clientRoutesModule({ teardown: (end) => ends.push(end) }));
for (const end of ends.reverse()) await end();
