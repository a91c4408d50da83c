import { readFileSync } from 'node:fs';
import test from 'ava';
import { answerSchemasModule } from '../../scripts/answer-schemas.ts';

test('the schemas of answers are what `npm run docs` makes of the types of src/api', (t) => {
  t.timeout(120_000, 'the compiler reads all types');
  t.is(readFileSync('src/http/openapi/answer-schemas.ts', 'utf8'), answerSchemasModule());
});
