import { existsSync } from 'node:fs';
import test from 'ava';
import { codeIn, readPage } from './markdown.ts';

/** What is named like a file or folder of the repository. */
const path = /^(?:src|schedulers|test|docs|bench|chaos|example|scripts)\/\S*$|^\S+\.(?:ts|md|json)$/;

for (const page of ['README.md', 'CONTRIBUTING.md', 'docs/architecture.md']) {
  test(`every path that ${page} names exists`, (t) => {
    const named = codeIn(readPage(page).prose).filter((code) => path.test(code));
    // What a reader makes up as he goes.
    const madeUp = ['test/store/check-input.test.ts', 'plugin.ts', 'door.ts', 'errors.ts', 'ca-key.pem'];
    t.deepEqual(
      named.filter((each) => !madeUp.includes(each) && !existsSync(each)),
      [],
    );
    if (page === 'CONTRIBUTING.md') t.true(named.length > 30);
  });
}
