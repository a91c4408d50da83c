import { readdir } from 'node:fs/promises';
import test from 'ava';
// The files below are imported by name: these are here so that they are compiled with the tests.
import '../../web/texts/english.ts';
import '../../web/texts/german.ts';

const languages = ['english', 'german'];

async function textsOf(language: string): Promise<readonly (readonly [string, string])[]> {
  const files = await readdir(`web/texts/${language}`);
  const tables = files.map(async (file) => Object.values(await import(`../../web/texts/${language}/${file}`)));
  return (await Promise.all(tables)).flat().flatMap((table) => Object.entries(table as Record<string, string>));
}

function fieldsOf(text: string): readonly string[] {
  return [...new Set(text.match(/\{\w+\}/g))].sort();
}

test('a key names one text in the whole page, whichever file it is in', async (t) => {
  for (const language of languages) {
    const keys = (await textsOf(language)).map(([key]) => key);
    t.deepEqual(
      keys.filter((key, at) => keys.indexOf(key) !== at),
      [],
      language,
    );
  }
});

test('every language has every text, with the same fields in it', async (t) => {
  const [english, ...others] = await Promise.all(languages.map(textsOf));
  for (const other of others) {
    const texts = new Map(other);
    t.deepEqual(
      english?.map(([key, text]) => [key, fieldsOf(text)]),
      english?.map(([key]) => [key, fieldsOf(texts.get(key) ?? 'none')]),
    );
    t.is(texts.size, english?.length ?? 0);
  }
});
