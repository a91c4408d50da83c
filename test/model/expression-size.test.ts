import test from 'ava';
import { expressionSize } from '../../src/model/expression-size.ts';

const hasSize = test.macro({
  exec(t, source: string, size: number) {
    t.is(expressionSize(source), size);
  },
  title: (_, source: string, size: number) => `${source} has size ${size}`,
});

test(hasSize, '', 0);
test(hasSize, 'abc', 3);
test(hasSize, 'a{3}', 3);
test(hasSize, 'ba{2,5}', 6);
test(hasSize, '[a-z]{4}', 4);
test(hasSize, '[^\\]{9}]{2}', 2);
test(hasSize, '\\({3}', 3);
test(hasSize, '(ab){3}', 9);
test(hasSize, '((a{2}){3}){4}', 40);
test(hasSize, '(a{2}', 2);
test(hasSize, 'a{2})', 3);
