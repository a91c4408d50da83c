import test from 'ava';
import fc from 'fast-check';
import { shellLine, shellWords } from '../../src/model/shell-words.ts';

const split = test.macro({
  exec: (t, line: string, words: string[] | undefined) => t.deepEqual(shellWords(line), words),
  title: (_ = '', line) => `the words of ${JSON.stringify(line)}`,
});

// What Python's shlex.split gives.
test(split, '', []);
test(split, '  \t\n', []);
test(split, 'java -jar  /tmp/backend.jar ', ['java', '-jar', '/tmp/backend.jar']);
test(split, `sh -c "echo \\"a\\" \\\\ \\n 'b'"`, ['sh', '-c', `echo "a" \\ \\n 'b'`]);
test(split, `'a "b" \\'c`, [`a "b" \\c`]);
test(split, 'a\\ b "" c""', ['a b', '', 'c']);
test(split, '$HOME *.txt # no', ['$HOME', '*.txt', '#', 'no']);
test(split, 'say "so', undefined);
test(split, "say 'so", undefined);
test(split, 'so \\', undefined);

test('a line is quoted such that it splits into the same words', (t) => {
  t.is(shellLine(['sh', '-c', `it's`, '']), `sh -c 'it'"'"'s' ''`);
  // Not the unit `binary` of fast-check: to shrink such a text it first lists all of Unicode, which takes seconds.
  const unit = fc.oneof(
    fc.constantFrom(...`'"\\ \t\n$`),
    fc.integer({ min: 0, max: 0xd7ff }).map(String.fromCodePoint),
  );
  fc.assert(
    fc.property(fc.array(fc.string({ unit })), (words) => {
      t.deepEqual(shellWords(shellLine(words)), words);
    }),
    { numRuns: 200 },
  );
});
