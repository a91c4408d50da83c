import test from 'ava';
import { parseTemplate, renderTemplate } from '../../../src/cli/list/template.ts';
import { isSatsumaError } from '../../../src/model/errors.ts';

const value = {
  ...{ ID: 'abc', Names: 'web', Empty: null, Count: 3, IsOn: true },
  State: { Status: 'running', Tags: ['a', 'b'] },
  Label: new Map([['com.example/team', 'blue']]),
};

const rendered = test.macro({
  exec: (t, text: string, expected: string) => t.is(renderTemplate(parseTemplate(text), value), expected),
  title: (_, text) => `${text} is rendered as docker does`,
});

test(rendered, '{{.ID}}', 'abc');
test(rendered, '{{ .ID }}: {{.Names}}!', 'abc: web!');
test(rendered, '{{.ID}}\\t{{.Names}}\\n', 'abc\tweb\n');
test(rendered, '{{.State.Status}}', 'running');
test(rendered, '{{json .State}}', '{"Status":"running","Tags":["a","b"]}');
test(rendered, '{{.State}}', '{"Status":"running","Tags":["a","b"]}');
test(rendered, '{{json .Names}}', '"web"');
test(rendered, '{{upper .Names}} {{.Names | upper | lower}} {{title .Names}}', 'WEB web Web');
test(rendered, '{{truncate .Names 2}}', 'we');
test(rendered, '{{join .State.Tags ", "}}', 'a, b');
test(rendered, '{{len .State.Tags}}', '2');
test(rendered, '{{.Count}} {{.IsOn}} {{.Empty}}', '3 true <no value>');
test(rendered, '{{"}}"}}{{"\\t"}}{{.ID}}', '}}\tabc');
test(rendered, '{{.Label "com.example/team"}}{{index .Label "com.example/team"}}', 'blueblue');
test(rendered, '{{.Label "nobody"}}', '');
test(rendered, 'plain } { text', 'plain } { text');

const refused = test.macro({
  exec: (t, text: string, expected: RegExp) => {
    const error = t.throws(() => renderTemplate(parseTemplate(text), value));
    t.true(isSatsumaError(error, 'invalid'));
    t.regex(error?.message ?? '', expected);
  },
  title: (_, text) => `${text} is refused with what there is`,
});

test(refused, '{{.Nope}}', /there is no "Nope"; there are ID, Names, /);
test(refused, '{{.State.Nope}}', /there is no "Nope"; there are Status, Tags/);
test(refused, '{{.ID.Nope}}', /there is no "Nope" in it/);
test(refused, '{{range .State.Tags}}{{.}}{{end}}', /does not take \{\{range .State.Tags\}\}: it takes \{\{\.Field\}\}/);
test(refused, '{{if .ID}}x{{end}}', /does not take \{\{if .ID\}\}/);
test(refused, '{{.ID', /\{\{ has no \}\}/);
for (const text of [
  '{{}}',
  '{{-.ID}}',
  '{{ID}}',
  '{{.ID | nope}}',
  '{{truncate .ID}}',
  '{{truncate .ID x}}',
  '{{json}}',
]) {
  test(refused, text, /it takes \{\{\.Field\}\}/);
}
for (const text of [
  '{{upper .ID 3}}',
  '{{.ID | }}',
  '{{index .Label}}{{.ID .Names}}',
  '{{.constructor}}',
  '{{.__proto__}}',
]) {
  test(refused, text, /does not take/);
}

test('a value adds no line and obeys nothing', (t) => {
  const hostile = { ID: 'a\nb\t\x1b[31m\u202e' };
  t.is(renderTemplate(parseTemplate('{{.ID}}'), hostile), 'a\\nb\\t\\x1b[31m\\u202e');
  t.is(renderTemplate(parseTemplate('{{upper .ID}}'), hostile).includes('\n'), false);
});
