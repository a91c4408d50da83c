import { readFileSync, writeFileSync } from 'node:fs';
import { answerSchemasModule } from './answer-schemas.ts';
import { clientRoutesModule } from './client-routes.ts';
import { commandLinePage } from './command-line-page.ts';
import { dashboard } from './dashboard.ts';

/** `npm run docs`: writes what the documentation, the document of the API, its client and the dashboard have from the program itself. */
const path = 'docs/command-line.md';
writeFileSync(path, commandLinePage(readFileSync(path, 'utf8')));
writeFileSync('src/http/openapi/answer-schemas.ts', answerSchemasModule());
const ends: (() => unknown)[] = [];
const lifetime = { teardown: (end: () => unknown) => ends.push(end) };
writeFileSync('example/monitoring/dashboard.json', await dashboard(lifetime));
writeFileSync('src/api/routes.ts', await clientRoutesModule(lifetime));
for (const end of ends.reverse()) await end();
