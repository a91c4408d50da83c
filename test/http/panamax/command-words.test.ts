import test from 'ava';
import { commandWords } from '../../../src/http/panamax/command-words.ts';

const read = test.macro((t, line: string, words: string[] | undefined) => {
  t.deepEqual(commandWords(line), words);
});

test('words', read, '  mysqld  --port=1\n-x ', ['mysqld', '--port=1', '-x']);
test('nothing', read, ' ', []);
test('double quotes', read, 'sh -c "echo \\"a b\\" \\n"', ['sh', '-c', 'echo "a b" \\n']);
test('single quotes', read, 'sh -c \'echo "a" \\\'', ['sh', '-c', 'echo "a" \\']);
test('quotes within a word', read, `a"b c"'d e'f ""`, ['ab cd ef', '']);
test('an escaped space', read, 'a\\ b \\"', ['a b', '"']);
test('no variable and no pipe', read, 'echo $HOME | cat', ['echo', '$HOME', '|', 'cat']);
test('a quote without an end', read, 'echo "a b', undefined);
test('an apostrophe', read, "it's", undefined);
test('a backslash at the end', read, 'a \\', undefined);
