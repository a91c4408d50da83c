import test from 'ava';
import { problemsOf } from './project.ts';
import { type Path, propertiesOf } from './schema/schema.ts';

/** No key can have it. Whoever reads a value says that it is wrong. */
const nonsense = [{ nonsense: 1 }];

/** What else an object must have, so that the value in question is reached. */
const besides: Readonly<Record<string, object>> = {
  'services.a': { image: 'x' },
  'services.a.build': { context: '.' },
  'services.a.devices.0': { source: '/dev/a' },
  'services.a.volumes.0': { type: 'volume', source: 'a', target: '/d' },
  'services.a.secrets.0': { source: 'a' },
  'services.a.configs.0': { source: 'a' },
  'include.0': { path: 'b.yaml' },
  'services.a.deploy.resources.reservations.devices.0': { capabilities: ['gpu'] },
  ...Object.fromEntries(
    ['read_bps', 'read_iops', 'write_bps', 'write_iops'].map((each) => [
      `services.a.blkio_config.device_${each}.0`,
      { path: '/dev/a' },
    ]),
  ),
  'services.a.blkio_config.weight_device.0': { path: '/dev/a' },
};
/** Told of at the object, and not at the key. */
const wholes = ['services.a.extends', 'services.a.volumes[0].volume.labels'];
const types = ['bind', 'volume', 'tmpfs', 'image'] as const;

function fileWith(path: Path): object {
  const inner = path.reduceRight<unknown>((value, key, at) => {
    if (key === '0') return [value];
    const { [key]: _, ...others } = { ...besides[path.slice(0, at).join('.')] } as Record<string, unknown>;
    const type = types.find((each) => at === 4 && path[2] === 'volumes' && key === each);
    return { ...others, ...(type && { type }), [key]: value };
  }, nonsense) as object;
  // Secrets and configs are read when a service has them.
  const section = path[0] === 'secrets' || path[0] === 'configs' ? { [path[0]]: ['a'] } : {};
  const used = {
    networks: { a: {} },
    volumes: { a: {} },
    secrets: { a: { file: 's' } },
    configs: { a: { file: 's' } },
  };
  return { services: { a: { image: 'x', ...section } }, ...used, ...inner };
}

const shown = (path: Path) =>
  path
    .map((key) => (key === '0' ? '[0]' : `.${key}`))
    .join('')
    .slice(1);

test('every property of the specification is read, or refused by its name', (t) => {
  const unread: string[] = [];
  const seen = new Set<string>();
  for (const { path } of propertiesOf()) {
    const where = shown(path);
    if (seen.has(where)) continue;
    seen.add(where);
    const problems = problemsOf({
      files: { 'compose.yaml': JSON.stringify(fileWith(path)), s: 'x', 'b.yaml': '{}' },
    }).map((each) => each.replace(/^compose.yaml:\d+: /, ''));
    const isTold = problems.some((each) => {
      const [at = '', sentence = ''] = each.split(': ');
      if (sentence.startsWith('is no key of')) return at.startsWith(`${where}[0]`);
      if (at === where || at.startsWith(`${where}.`) || at.startsWith(`${where}[`)) return true;
      // A part of what is refused as a whole, or of one that is told of as a whole.
      return where.startsWith(at) && (sentence === 'is not done here' || wholes.some((each) => where.startsWith(each)));
    });
    if (!isTold) unread.push(`${where}: ${problems.join('; ')}`);
  }
  t.true(seen.size > 300);
  t.deepEqual(unread, []);
});
