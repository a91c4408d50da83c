import test from 'ava';
import { wordsOf } from '../../web/words-of.ts';

test('what is in quotes is one word', (t) => {
  t.deepEqual(wordsOf(`sh  -c "echo 'a b'; date" 'x y' z`), ['sh', '-c', "echo 'a b'; date", 'x y', 'z']);
  t.deepEqual(wordsOf('  '), []);
  t.deepEqual(wordsOf('""'), ['']);
});
