import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import { startsServer } from './starts-server.ts';

test('a test starts a server or a store where it imports one, by whatever way', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'satsuma-imports-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    return join(root, path);
  };
  write('src/http/server.js', 'export const createServer = 1;\n');
  write('src/http/words.js', 'import "./server-words.js";\nexport const words = 1;\n');
  write('src/store/embedded/embedded-store.js', 'import { createServer } from "../../http/server.js";\n');
  write('test/fixtures/harness.js', 'export { open } from "../../src/store/embedded/embedded-store.js";\n');
  const starts = startsServer();
  const startsOf = (name: string, text: string) => starts(write(`test/${name}.test.js`, text));
  t.true(startsOf('direct', 'import { createServer } from "../src/http/server.js";\n'));
  t.true(startsOf('detour', 'import test from "ava";\nimport {\n  open,\n} from "./fixtures/harness.js";\n'));
  write('test/store/mock.js', 'export { openStoreWith } from "../../src/store/redis/redis-store.js";\n');
  t.true(startsOf('redis', 'import "./store/mock.js";\n'));
  t.true(startsOf('lazy', 'const later = () => import("./fixtures/harness.ts");\n'));
  t.false(startsOf('pure', 'import { words } from "../src/http/words.js";\nimport "../src/http/gone.js";\n'));
  t.false(startsOf('circle', 'import "./circle.test.js";\n'));
});
