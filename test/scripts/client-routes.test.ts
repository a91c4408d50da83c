import { readFileSync } from 'node:fs';
import test from 'ava';
import { clientRoutesModule } from '../../scripts/client-routes.ts';

test('the routes that the command line knows are what `npm run docs` makes of the document of the API', async (t) => {
  t.is(readFileSync('src/api/routes.ts', 'utf8'), await clientRoutesModule(t));
});
