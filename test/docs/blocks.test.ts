import { existsSync, readFileSync } from 'node:fs';
import test from 'ava';
import { schema } from '../../src/config/schema.ts';
import { imageConfigSchema } from '../../src/http/image-schema.ts';
import { pages } from './markdown.ts';
import { isNeed, needs, needsOf } from './needs.ts';
import { commandsIn } from './shell-lines.ts';

const doors = ['door=bastion', 'door=genisys', 'door=deblox', 'door=shipyard'];
const blocks = pages.flatMap(({ fences }) => fences);
const shell = blocks.filter(({ language }) => language === 'sh');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly scripts: Record<string, string> };

test('every block says what it is: sh, json, mermaid or text', (t) => {
  const others = blocks.filter(({ language }) => !['sh', 'json', 'mermaid', 'text'].includes(language));
  t.deepEqual(others, []);
});

test('a shell block names what it needs by one known word, and needs it', (t) => {
  for (const { marks, text, place } of shell) {
    const words = needsOf(marks);
    t.true(words.length <= 1, place);
    const others = marks.filter((mark) => !mark.startsWith('needs='));
    t.deepEqual(
      others.filter((mark) => !doors.includes(mark)),
      [],
      place,
    );
    for (const word of words) {
      if (!isNeed(word)) t.fail(`${place}: needs=${word} is not in test/docs/needs.ts`);
      else t.regex(text, needs[word].sign, `${place}: nothing in it needs ${needs[word].what}: take the mark away`);
    }
  }
});

test('only shell blocks need something, and every word is needed by one', (t) => {
  const marked = blocks.filter(({ marks }) => needsOf(marks).length > 0);
  t.deepEqual(
    marked.filter(({ language }) => language !== 'sh'),
    [],
  );
  const used = new Set(marked.flatMap(({ marks }) => needsOf(marks)));
  t.deepEqual(
    Object.keys(needs).filter((word) => !used.has(word)),
    [],
  );
});

test('without needs, a shell block has commands of satsuma and curl alone', (t) => {
  const programs = ['satsuma', 'curl', 'echo', 'sed', 'tail'];
  for (const { marks, text, place } of shell) {
    if (marks.some((mark) => mark.startsWith('needs='))) continue;
    const others = commandsIn(text).filter(([program = '']) => !programs.includes(program));
    t.deepEqual(others, [], place);
  }
});

test('every `npm run` names a script that there is', (t) => {
  for (const { path, text } of pages) {
    for (const [, script = ''] of text.matchAll(/npm run (?:-s |--silent )?([\w:]+)/g)) {
      t.true(script in scripts, `${path}: npm run ${script}`);
    }
  }
});

test('every JSON block is JSON; a configuration or an image config is a valid one', (t) => {
  for (const { language, marks, text, place } of blocks) {
    if (language !== 'json') continue;
    const value: unknown = JSON.parse(text);
    const { error } = marks.includes('config')
      ? schema.validate(value)
      : marks.includes('image')
        ? imageConfigSchema.validate(value)
        : {};
    t.is(error, undefined, place);
    t.true(marks.length === 0 || ['config', 'image'].includes(marks.join()), place);
  }
});

test('files that commands name by @ or a flag exist', (t) => {
  for (const { text, place } of shell) {
    for (const [, path = ''] of text.matchAll(/[@\s](example\/\S+\.json)/g))
      t.true(existsSync(path), `${place}: ${path}`);
  }
});

test('commands are told apart as a shell does', (t) => {
  t.deepEqual(commandsIn(`a 'b c' "d $(e f) g" | h \\\n  i # no\nX=1 Y=$(j k); l && m`), [
    ['e', 'f'],
    ['a', 'b c', 'd $SUBSTITUTED g'],
    ['h', 'i'],
    ['j', 'k'],
    ['l'],
    ['m'],
  ]);
});
